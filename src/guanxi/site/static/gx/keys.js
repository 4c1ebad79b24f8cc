// Keys: an element with data-key="n" is clicked (or focused, when it is a field) by that key while nobody is typing.
// "ctrl+enter" also works inside the field's own form. "/" finds the search box, "?" opens the sheet, Escape closes.
const sheet = document.getElementById("gx-keys");

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
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
  const shown = { "ctrl+enter": "Ctrl ↵", escape: "Esc", enter: "↵" };
  return shown[name] || (name.length === 1 ? name.toUpperCase() : name);
}

function fillSheet() {
  const seen = new Set();
  const rows = [...document.querySelectorAll("[data-key]")].filter((element) => {
    const fresh = isShown(element) && !seen.has(element.dataset.key);
    seen.add(element.dataset.key);
    return fresh;
  });
  sheet.querySelector("ul").replaceChildren(...rows.map((element) => {
    const row = document.createElement("li");
    const cap = document.createElement("kbd");
    cap.textContent = capsOf(element.dataset.key);
    row.append(cap, document.createTextNode(wordsOf(element)));
    return row;
  }));
}

function openSheet() {
  if (!sheet || sheet.open) return;
  fillSheet();
  sheet.showModal();
}

function closePops(except) {
  for (const pop of document.querySelectorAll("details.gx-pop[open]")) {
    if (!except || !pop.contains(except)) pop.open = false;
  }
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
  if (typing && name !== "ctrl+enter") return;
  if (document.querySelector("dialog[open]") && !typing) return;
  const within = typing ? event.target.form : document;
  const element = within && find(name, within);
  if (!element) return;
  event.preventDefault();
  act(element);
});

document.addEventListener("click", (event) => {
  closePops(event.target);
  if (event.target.closest("[data-keys-open]")) openSheet();
  if (event.target === sheet || event.target.closest("[data-keys-close]")) sheet.close();
});
