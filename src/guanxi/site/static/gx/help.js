// "h" (or the button) opens the help text of this page in the side panel; again closes it.
import { close, open, shows } from "./side.js";

const button = document.querySelector("[data-help-open]");

async function show() {
  if (shows("help")) return close();
  try {
    const answer = await fetch(button.dataset.helpUrl, { headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const text = parsed.querySelector("[data-side-title]");
    open(text.dataset.sideTitle, [...text.childNodes].map((node) => document.importNode(node, true)), "help");
  } catch {
    window.location.assign(button.dataset.helpUrl); // the page itself says what is wrong
  }
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-help-open]")) show();
});
