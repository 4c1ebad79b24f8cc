// Search and choose a record: a text field that lists what it finds (arrow keys, Enter, Escape) and keeps the chosen id in
// a hidden field. data-choose is the address; it answers {"choices": [{value, label, note}]}. Without this script: plain text.
const PAUSE_MS = 180;
const timers = new WeakMap();
const asked = new WeakMap();

const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
const hiddenOf = (field) => field.closest("[data-chooser]").querySelector('input[type="hidden"]');
const isOpen = (field) => field.getAttribute("aria-expanded") === "true";

function close(field) {
  field.setAttribute("aria-expanded", "false");
  field.removeAttribute("aria-activedescendant");
  listOf(field).hidden = true;
}

function option(field, choice, place) {
  const made = document.createElement("li");
  made.role = "option";
  made.id = `${listOf(field).id}-${place}`;
  made.dataset.value = choice.value;
  made.dataset.label = choice.label;
  const name = document.createElement("b");
  name.textContent = choice.label;
  const about = document.createElement("span");
  about.textContent = choice.note || "";
  made.append(name, about);
  return made;
}

function show(field, choices) {
  const list = listOf(field);
  const none = document.createElement("li");
  none.className = "gx-ink3";
  none.textContent = field.dataset.none;
  list.replaceChildren(...(choices.length ? choices.map((choice, place) => option(field, choice, place)) : [none]));
  list.hidden = false;
  field.setAttribute("aria-expanded", "true");
}

async function ask(field) {
  const text = field.value.trim();
  if (!text) return close(field);
  asked.get(field)?.abort();
  const stop = new AbortController();
  asked.set(field, stop);
  try {
    const answer = await fetch(`${field.dataset.choose}?q=${encodeURIComponent(text)}`, { signal: stop.signal, headers: { Accept: "application/json" } });
    if (answer.ok) show(field, (await answer.json()).choices);
  } catch {
    // the connection is away or another letter came: the text stands as it is
  }
}

function choose(field, chosen) {
  field.value = chosen.dataset.label;
  hiddenOf(field).value = chosen.dataset.value;
  close(field);
  field.dispatchEvent(new Event("input", { bubbles: true }));
  hiddenOf(field).value = chosen.dataset.value;
}

function move(field, step) {
  const options = [...listOf(field).querySelectorAll('[role="option"]')];
  if (!options.length) return;
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = options[(now + step + options.length) % options.length];
  options.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
  field.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset?.choose || !event.isTrusted) return;
  hiddenOf(field).value = "";
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => ask(field), PAUSE_MS));
});

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.dataset?.choose || event.isComposing || !isOpen(field)) return;
  const chosen = listOf(field).querySelector('[aria-selected="true"]');
  const acts = { ArrowDown: () => move(field, 1), ArrowUp: () => move(field, -1), Escape: () => close(field), Enter: () => chosen && choose(field, chosen) };
  if (!acts[event.key] || (event.key === "Enter" && !chosen)) return;
  event.preventDefault();
  event.stopPropagation();
  acts[event.key]();
});

document.addEventListener("mousedown", (event) => {
  const chosen = event.target.closest('[role="option"][data-value]');
  const field = chosen?.closest("[data-chooser]")?.querySelector("[data-choose]");
  if (!field) return;
  event.preventDefault();
  choose(field, chosen);
});
document.addEventListener("focusout", (event) => event.target.dataset?.choose && close(event.target));
