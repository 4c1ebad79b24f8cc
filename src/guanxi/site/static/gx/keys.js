// Keys: an element with data-key="n" is clicked (or focused, when it is a field) by that key while nobody is typing; "g t" are
// two keys one after the other. "ctrl+enter" also works inside the field's own form. "/" finds the search box, "?" opens the
// sheet, Escape closes. The sheet is made of what the page holds: data-key, and data-key-says for keys another module hears
// (with data-key-label, and data-key-when="selector" if only then). data-key-group: page, list, go, everywhere.
const sheet = document.getElementById("gx-keys");
const CHORD_MS = 1200;
const GROUPS = ["page", "list", "go", "everywhere"];
let first = "";
let timer = 0;

function isField(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

// A letter on a choice or a tick writes nothing: whoever chose by key goes on by keys.
function isTyping(target) {
  return isField(target) && !target.matches("input[type=radio], input[type=checkbox]");
}

function nameOf(event) {
  const key = event.key.toLowerCase();
  return event.ctrlKey || event.metaKey ? `ctrl+${key}` : key;
}

function isShown(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function act(element) {
  if (element.matches("input:not([type=submit]):not([type=button]), textarea, select")) {
    element.focus();
    if (element.type === "search") element.select(); // a draft must not vanish under the next letter
  } else {
    element.click();
  }
}

function find(name, within) {
  return [...within.querySelectorAll(`[data-key="${CSS.escape(name)}"]`)].find(isShown);
}

function wordsOf(element) {
  if (element.dataset.keyLabel) return element.dataset.keyLabel;
  if (element.ariaLabel) return element.ariaLabel;
  const copy = element.cloneNode(true);
  for (const cap of copy.querySelectorAll("kbd, svg, .gx-hide, .gx-nav-count")) cap.remove();
  return copy.textContent.trim() || element.getAttribute("placeholder") || element.title;
}

function capsOf(name) {
  const shown = { escape: "Esc", enter: "↵", ctrl: "Ctrl", shift: "Shift", arrowup: "↑", arrowdown: "↓", space: "Space", " ": "Space" };
  return name.split("+").map((part) => shown[part] || (part.length === 1 ? part.toUpperCase() : part));
}

function groupOf(element, name) {
  if (element.dataset.keyGroup) return element.dataset.keyGroup;
  if (name.trim().includes(" ")) return "go";
  if (element.closest("[data-list]")) return "list";
  return element.closest(".gx-rail, .gx-bar") ? "everywhere" : "page";
}

function registered() {
  const seen = new Set();
  const rows = [];
  for (const element of document.querySelectorAll("[data-key], [data-key-says]")) {
    const name = element.dataset.key || element.dataset.keySays;
    const says = !element.dataset.key;
    const here = says ? !element.dataset.keyWhen || document.querySelector(element.dataset.keyWhen) : isShown(element);
    if (!here || seen.has(name)) continue;
    seen.add(name);
    rows.push({ name, words: wordsOf(element), group: groupOf(element, name) });
  }
  return rows;
}

function rowOf({ name, words }) {
  const row = document.createElement("li");
  const caps = document.createElement("span");
  caps.className = "gx-keys";
  (name === " " ? [name] : name.split(" ")).forEach((part, at) => {
    if (at > 0) caps.append(Object.assign(document.createElement("span"), { className: "gx-meta", textContent: sheet.dataset.then }));
    caps.append(...capsOf(part).map((text) => Object.assign(document.createElement("kbd"), { textContent: text })));
  });
  row.append(caps, Object.assign(document.createElement("span"), { textContent: words }));
  return row;
}

function fillSheet() {
  const rows = registered();
  const shown = GROUPS.map((group) => [group, rows.filter((row) => row.group === group)]).filter(([, mine]) => mine.length > 0);
  sheet.querySelector(".gx-sheet-groups").replaceChildren(...shown.map(([group, mine]) => {
    const section = document.createElement("section");
    const title = Object.assign(document.createElement("h3"), { textContent: sheet.dataset[`group${group[0].toUpperCase()}${group.slice(1)}`] });
    const list = document.createElement("ul");
    list.append(...mine.map(rowOf));
    section.append(title, list);
    return section;
  }));
}

function openSheet() {
  if (!sheet || sheet.open) return;
  fillSheet();
  sheet.showModal();
  document.dispatchEvent(new CustomEvent("gx:step", { detail: "keys" }));
}

function closePops(except) {
  for (const pop of document.querySelectorAll("details.gx-pop[open]")) {
    if (!except || !pop.contains(except)) pop.open = false;
  }
}

function wait(name) {
  first = name;
  clearTimeout(timer);
  timer = setTimeout(() => { first = ""; }, CHORD_MS);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.altKey || event.defaultPrevented) return; // never steal a key from a Chinese input method
  if (event.key === "Escape") {
    const open = document.activeElement?.closest("details.gx-pop[open]");
    closePops();
    open?.querySelector("summary")?.focus();
    return;
  }
  const name = nameOf(event);
  const typing = isTyping(event.target);
  const sends = name === "ctrl+enter" && isField(event.target);
  if (typing && !sends) return;
  if (document.querySelector("dialog:modal") && !sends) return;
  const within = sends ? event.target.form : document;
  const chord = first && within && find(`${first} ${name}`, within);
  const element = chord || (within && find(name, within));
  if (event.key !== "Shift") wait("");
  if (element) {
    event.preventDefault();
    act(element);
  } else if (!typing && document.querySelector(`[data-key^="${CSS.escape(name)} "]`)) {
    wait(name);
  }
});

document.addEventListener("click", (event) => {
  closePops(event.target);
  if (event.target.closest("[data-keys-open]")) openSheet();
  if (event.target === sheet || event.target.closest("[data-keys-close]")) sheet.close();
});
