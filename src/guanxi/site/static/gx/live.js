// Server-sent events: each message {seq, type, topics} refreshes the elements whose data-live names one of its topics.
// Such an element carries hx-get and hx-trigger="gx:live". With data-live-hold it never moves rows under the pointer:
// its .gx-pill ("3 new", words in data-one / data-many) asks first. data-live-calm waits while the pointer is on it.
const WAIT_MS = 300;
const address = document.querySelector('meta[name="gx-live"]')?.content;
const lost = document.querySelector("[data-live-lost]");
const timers = new WeakMap();
const held = new Map();

function refresh(element) {
  held.delete(element.id);
  window.htmx?.trigger(element, "gx:live");
}

function showPill(element) {
  const count = (held.get(element.id) || 0) + 1;
  held.set(element.id, count);
  const pill = element.querySelector(".gx-pill");
  if (!pill) return refresh(element);
  const words = count === 1 ? pill.dataset.one : pill.dataset.many;
  pill.textContent = words.replace("{n}", String(count));
  pill.hidden = false;
}

function isBusy(element) {
  const field = element.querySelector("textarea:focus, input:focus, select:focus");
  if (element.querySelector("[data-hold]")) return true; // chosen files or unsent words must not vanish
  return field !== null || (element.hasAttribute("data-live-calm") && element.matches(":hover"));
}

function soon(element) {
  clearTimeout(timers.get(element));
  timers.set(element, setTimeout(() => (isBusy(element) ? soon(element) : refresh(element)), WAIT_MS));
}

function receive(event) {
  let message;
  try {
    message = JSON.parse(event.data);
  } catch {
    return;
  }
  if (message.type === "here") {
    document.dispatchEvent(new CustomEvent("gx:here", { detail: message.here })); // here.js
    return;
  }
  const topics = new Set(message.topics || []);
  for (const element of document.querySelectorAll("[data-live]")) {
    if (!element.dataset.live.split(" ").some((topic) => topics.has(topic))) continue;
    if (element.dataset.liveSkip?.split(" ").includes(message.type)) continue; // it would show nothing of this
    if (element.hasAttribute("data-live-hold")) showPill(element);
    else soon(element);
  }
}

function setLost(isLost) {
  if (lost) lost.hidden = !isLost;
}

function connect(url, pause) {
  const source = new EventSource(url);
  let delay = pause;
  source.addEventListener("open", () => {
    setLost(false);
    delay = 1000;
  });
  source.addEventListener("message", receive);
  source.addEventListener("error", () => {
    setLost(true);
    if (source.readyState !== EventSource.CLOSED) return; // the browser retries by itself
    setTimeout(() => connect(url, Math.min(delay * 2, 30_000)), delay);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

document.addEventListener("click", (event) => {
  const pill = event.target.closest(".gx-pill");
  const holder = pill?.closest("[data-live-hold]");
  if (holder) refresh(holder);
});
if (address) connect(address, 1000);
