// Server-sent events: each message {seq, type, topics} refreshes the elements whose data-live names one of its topics.
// Such an element carries hx-get and hx-trigger="gx:live". With data-live-hold it never moves rows under the pointer:
// its .gx-pill ("3 new", words in data-one / data-many) asks first. data-live-calm waits while the pointer is on it.
// data-live-only names the types it shows, data-live-skip those it does not. data-live-gap: others' news of it may wait so
// long (seconds) and is asked for no oftener. What reaches many pages in the same moment is not asked for in the same moment.
// What the reader did themself (`own`) is no news: it is heard as gx:own, or shown as soon as nobody points at it.
// Nothing is drawn anew under a press, under unsent words or while a form is on its way; folds and the focus stay.
import { fieldsOf, isAsGiven, nameOf } from "./drafts.js";
import { isPressing } from "./press.js";

const WAIT_MS = 300;
const SPREAD_MS = 300;
const address = document.querySelector('meta[name="gx-live"]')?.content;
const lost = document.querySelector("[data-live-lost]");
const timers = new WeakMap(); // element -> {timer, at}
const asked = new Map(); // an element's id -> when it was last drawn anew
const held = new Map();

function refresh(element) {
  held.delete(element.id);
  asked.set(element.id, Date.now());
  window.htmx?.trigger(element, "gx:live");
}

function showPill(element, more = 1) {
  const count = (held.get(element.id) || 0) + more;
  held.set(element.id, count);
  const pill = element.querySelector(".gx-pill");
  if (!pill) return refresh(element);
  const words = count === 1 ? pill.dataset.one : pill.dataset.many;
  pill.textContent = words.replace("{n}", String(count));
  pill.hidden = false;
}

// Words that drafts.js keeps come back by themselves; the marks in a list's rows are the list's.
function isWritten(element) {
  if (element.hasAttribute("data-live-hold")) return false;
  const forms = [...element.querySelectorAll("form")].filter((form) => !nameOf(form));
  return forms.some((form) => !fieldsOf(form).every(isAsGiven));
}

const isLeaving = () => isPressing() || document.querySelector("form[data-sent]") !== null;

function isBusy(element, isCalm) {
  const field = element.querySelector("textarea:focus, input:focus, select:focus");
  if (element.querySelector("[data-hold]")) return true; // chosen files or unsent words must not vanish
  return isLeaving() || field !== null || isWritten(element) || (isCalm && element.matches(":hover"));
}

// What is to come sooner than that stays: news that never ends must not put off what it tells.
function soon(element, isCalm = element.hasAttribute("data-live-calm"), pause = WAIT_MS) {
  const at = Date.now() + pause;
  const set = timers.get(element);
  if (set && set.at <= at) return;
  clearTimeout(set?.timer);
  const act = () => {
    timers.delete(element);
    if (isBusy(element, isCalm)) soon(element, isCalm);
    else refresh(element);
  };
  timers.set(element, { at, timer: setTimeout(act, pause) });
}

function pauseBefore(element, isOwn) {
  if (isOwn) return WAIT_MS;
  const gap = Number(element.dataset.liveGap || 0) * 1000;
  const since = Date.now() - (asked.get(element.id) || 0);
  return Math.max(WAIT_MS + Math.random() * Math.max(SPREAD_MS, gap), gap - since);
}

function ownDoing(element) {
  if (element.dispatchEvent(new CustomEvent("gx:own", { bubbles: true, cancelable: true }))) soon(element, true);
}

// -- drawing anew what was asked for ------------------------------------------------------------------------

// What the reader stands on and has unfolded, in words that find it again in the new drawing.
function placeOf(element) {
  const words = (fold) => fold.querySelector("summary")?.textContent.trim();
  const open = new Set([...element.querySelectorAll("details[open]")].map(words));
  const on = element.contains(document.activeElement) ? document.activeElement : null;
  const mark = on && [on.tagName, on.getAttribute("href"), on.form?.getAttribute("action"), on.textContent.trim()].join(" ");
  return (fresh) => {
    for (const fold of fresh.querySelectorAll("details")) if (open.has(words(fold))) fold.open = true;
    if (!mark || (document.activeElement && document.activeElement !== document.body)) return;
    const same = (one) => [one.tagName, one.getAttribute("href"), one.form?.getAttribute("action"), one.textContent.trim()].join(" ");
    [...fresh.querySelectorAll("a, button, summary")].find((one) => same(one) === mark)?.focus({ preventScroll: true });
  };
}

const isNews = (event) => event.detail.requestConfig?.triggeringEvent?.type === "gx:live" && event.target.matches("[data-live]");
const places = new Map();

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isNews(event) || !event.detail.shouldSwap) return;
  const element = event.target;
  if (element.hasAttribute("data-live-hold") ? isLeaving() : isBusy(element, false)) {
    event.detail.shouldSwap = false; // somebody pressed or wrote since it was asked for
    soon(element);
  } else if (element.id) places.set(element.id, placeOf(element));
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = places.get(event.target.id);
  places.delete(event.target.id);
  place?.(event.target);
});

// -- hearing ------------------------------------------------------------------------------------------------

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
    if (element.dataset.liveOnly && !element.dataset.liveOnly.split(" ").includes(message.type)) continue;
    if (!element.hasAttribute("data-live-hold")) soon(element, undefined, pauseBefore(element, message.own));
    else if (message.own) ownDoing(element);
    else showPill(element);
  }
}

function setLost(isLost, isOver = false) {
  if (!lost) return;
  lost.hidden = !isLost;
  for (const words of lost.querySelectorAll("[data-over]")) words.hidden = (words.dataset.over === "yes") !== isOver;
}

// A browser does not tell why a stream was refused. 401: the ticket ended, with a sign-in or with rights that are no longer.
async function isRefused(url) {
  const look = new AbortController();
  try {
    return (await fetch(url, { signal: look.signal })).status === 401;
  } catch {
    return false;
  } finally {
    look.abort(); // what is let in would be a stream
  }
}

// Another ticket stands in this very page, asked for anew; "" for whoever may no longer have the page.
async function renewed() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok || new URL(answer.url).pathname !== location.pathname) return "";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [seat, mine] = [page, document].map((one) => one.getElementById("gx-here"));
  if (seat && mine) mine.dataset.seat = seat.dataset.seat;
  return page.querySelector('meta[name="gx-live"]')?.content || "";
}

async function again(url, delay) {
  let next = url;
  try {
    if (await isRefused(url)) next = await renewed();
  } catch {
    // no connection: the same ticket later
  }
  if (next) connect(next, Math.min(delay * 2, 30_000));
  else setLost(true, true);
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
    setTimeout(() => again(url, delay), delay);
  });
  window.addEventListener("pagehide", () => source.close(), { once: true });
}

document.addEventListener("click", (event) => {
  const pill = event.target.closest(".gx-pill");
  const holder = pill?.closest("[data-live-hold]");
  if (holder) refresh(holder);
});
document.addEventListener("gx:new", (event) => showPill(event.target, event.detail));
if (address) connect(address, 1000);
