// The command palette (Ctrl+K): a combobox over a listbox (WAI-ARIA). One request per pause of 120 ms, each ends the one before.
// Recent records are kept in this browser, per person, as addresses alone: the server names them, or leaves them out.
const PAUSE_MS = 120;
const RECENT_MAX = 8;
const NONE = -1;
const dialog = document.getElementById("gx-palette");
const box = document.getElementById("gx-palette-q");
const list = document.getElementById("gx-palette-list");
const key = `gx-recent:${document.body.dataset.me}`;
let timer = 0;
let running = null;
let at = NONE;

function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(key) || "[]");
    return Array.isArray(kept) ? kept.filter((one) => typeof one === "string") : [];
  } catch {
    return []; // storage may be forbidden
  }
}

function remember(path) {
  try {
    localStorage.setItem(key, JSON.stringify([path, ...recent().filter((one) => one !== path)].slice(0, RECENT_MAX)));
  } catch {
    // then nothing is remembered
  }
}

const options = () => [...list.querySelectorAll('[role="option"]')];

function select(number) {
  const all = options();
  all.forEach((option) => option.setAttribute("aria-selected", "false"));
  if (all.length === 0 || number === NONE) {
    at = NONE;
    list.scrollTop = 0;
    box.removeAttribute("aria-activedescendant");
    return;
  }
  at = (number + all.length) % all.length;
  all[at].setAttribute("aria-selected", "true");
  box.setAttribute("aria-activedescendant", all[at].id);
  all[at].scrollIntoView({ block: "nearest" });
  if (at === 0) list.scrollTop = 0;
}

async function load() {
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const here = document.body.dataset.record;
  const query = new URLSearchParams(box.value.trim() ? { q: box.value } : { recent: recent().filter((one) => one !== here).join(",") });
  try {
    const answer = await fetch(`${dialog.dataset.url}?${query}`, { signal, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } });
    if (answer.redirected || !answer.ok) throw new Error(String(answer.status));
    const text = await answer.text();
    if (signal.aborted) return;
    list.innerHTML = text; // our own template, escaped
    options().forEach((option, number) => { option.id = `gx-palette-${number}`; });
    dialog.querySelector("[data-palette-status]").textContent = list.querySelector("[data-palette-said]")?.textContent || "";
    select(box.value.trim() ? 0 : NONE); // before anything is typed, Enter does nothing
  } catch (error) {
    if (error.name !== "AbortError") window.location.assign(`${document.querySelector(".gx-search").action}?${new URLSearchParams({ q: box.value })}`);
  }
}

function open() {
  if (dialog.open || document.querySelector("dialog:modal")) return;
  box.value = "";
  dialog.showModal();
  box.focus();
  load();
  document.dispatchEvent(new CustomEvent("gx:step", { detail: "palette" }));
}

function send(option) {
  const form = Object.assign(document.createElement("form"), { method: "post", action: option.dataset.url, hidden: true });
  const token = document.querySelector('meta[name="gx-csrf"]')?.content || "";
  const fields = { csrfmiddlewaretoken: token, ...JSON.parse(option.dataset.fields || "{}") };
  for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  document.body.append(form);
  form.submit();
}

function run(option, apart) {
  if (!option) return;
  dialog.close();
  if (option.dataset.press) document.querySelector(option.dataset.press)?.click();
  else if ("post" in option.dataset) send(option);
  else if (apart) window.open(option.dataset.url, "_blank", "noopener");
  else window.location.assign(option.dataset.url);
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault(); // some browsers search with it
    if (dialog.open) dialog.close();
    else open();
  }
});

box?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(load, PAUSE_MS);
});

box?.addEventListener("keydown", (event) => {
  if (event.isComposing) return; // the input method's own choice of characters
  const moves = { ArrowDown: at + 1, ArrowUp: at === NONE ? options().length - 1 : at - 1, PageDown: Math.min(at + 8, options().length - 1), PageUp: Math.max(at - 8, 0) };
  if (event.key in moves) {
    event.preventDefault();
    select(moves[event.key]);
  } else if (event.key === "Escape") {
    event.preventDefault(); // at once: the next key may be the page's
    dialog.close();
  } else if (event.key === "Enter") {
    event.preventDefault();
    run(options()[at], event.ctrlKey || event.metaKey);
  }
});

list?.addEventListener("click", (event) => run(event.target.closest('[role="option"]'), event.ctrlKey || event.metaKey));
list?.addEventListener("pointermove", (event) => {
  const option = event.target.closest('[role="option"]');
  const number = option ? options().indexOf(option) : -1;
  if (number >= 0 && number !== at) select(number);
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette-open]")) open();
  if (event.target === dialog || event.target.closest("[data-palette-close]")) dialog.close();
});
if (document.body.dataset.record) remember(document.body.dataset.record);
