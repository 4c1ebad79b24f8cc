// "w" opens the explanations of the page, one after the other; a click on a "Why?" opens that one. They are the page's own
// <details data-why>, which also work alone; data-why="first" comes first.
import { open, shows } from "./side.js";

const opener = document.querySelector("[data-why-open]");
let at = -1;

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function all() {
  const shown = [...document.querySelectorAll("main details[data-why]")].filter((one) => !one.checkVisibility || one.checkVisibility());
  return shown.sort((one, other) => Number(other.dataset.why === "first") - Number(one.dataset.why === "first"));
}

function placeOf(one) {
  const near = one.closest(".gx-cell")?.querySelector(".gx-cell-label")
    || one.closest(".gx-stage")?.querySelector("b")
    || one.closest("section, aside, header")?.querySelector("h1, h2");
  return near?.textContent.trim() || "";
}

function labelOf(one) {
  return one.querySelector("summary").textContent.trim();
}

function choices(found) {
  const list = document.createElement("div");
  list.className = "gx-why-choices";
  found.forEach((one, number) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "gx-why-choice" });
    const place = placeOf(one);
    button.append(Object.assign(document.createElement("b"), { textContent: place || labelOf(one) }));
    if (place && place !== labelOf(one)) button.append(Object.assign(document.createElement("span"), { textContent: labelOf(one) }));
    button.setAttribute("aria-pressed", String(number === at));
    button.addEventListener("click", () => show(number));
    list.append(button);
  });
  return list;
}

function show(number) {
  const found = all();
  if (found.length === 0) {
    open(opener.dataset.title, Object.assign(document.createElement("p"), { className: "gx-empty", textContent: opener.dataset.none }), "why");
    return;
  }
  at = (number + found.length) % found.length;
  const body = document.createElement("div");
  body.className = "gx-why-panel";
  body.append(...found[at].querySelector(".gx-why-box").cloneNode(true).childNodes);
  for (const one of document.querySelectorAll(".gx-why-target")) one.classList.remove("gx-why-target");
  found[at].classList.add("gx-why-target");
  const count = opener.dataset.of.replace("{n}", String(at + 1)).replace("{total}", String(found.length));
  open(found.length > 1 ? `${opener.dataset.title} ${count}` : opener.dataset.title, found.length > 1 ? [choices(found), body] : [body], "why");
  document.dispatchEvent(new CustomEvent("gx:step", { detail: "why" }));
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "w" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (isTyping(event.target) || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  show(shows("why") ? at + 1 : 0);
});

document.addEventListener("click", (event) => {
  const summary = event.target.closest("main details[data-why] > summary");
  if (summary) {
    event.preventDefault(); // the panel shows it; without this module the <details> would
    show(all().indexOf(summary.parentElement));
  } else if (event.target.closest("[data-why-open]")) {
    show(0);
  } else if (event.target.closest("[data-side-close]")) {
    at = -1;
  }
});
