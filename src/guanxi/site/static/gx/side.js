// The side panel: explanations and help stand beside the page, on a phone as a sheet at the foot. Escape closes it and gives the
// focus back. `open(title, content, from)`; other modules import it.
const side = document.getElementById("gx-side");
let opener = null;

export function open(title, content, kind) {
  if (!side) return;
  if (side.hidden) opener = document.activeElement;
  side.dataset.kind = kind;
  side.querySelector("#gx-side-title").textContent = title;
  side.querySelector("[data-side-body]").replaceChildren(...[].concat(content));
  side.hidden = false;
  document.body.classList.add("gx-beside");
  side.querySelector("#gx-side-title").focus({ preventScroll: true });
}

export function close() {
  if (!side || side.hidden) return;
  side.hidden = true;
  document.body.classList.remove("gx-beside");
  if (opener?.isConnected) opener.focus({ preventScroll: true });
  opener = null;
}

export const shows = (kind) => Boolean(side) && !side.hidden && side.dataset.kind === kind;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || !side || side.hidden || document.querySelector("dialog:modal")) return;
  event.preventDefault();
  close();
});
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-side-close]")) close();
});
