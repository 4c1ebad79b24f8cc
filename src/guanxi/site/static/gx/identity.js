// The steward's desk. Everything works without this: it keeps "only differences" from pair to pair, opens a pair by Enter,
// says what comes next, and leaves the keys where they are after each decision.
const DIFFERENCES = "gx-only-differences";

const desk = () => document.getElementById("gx-desk");

function draw() {
  const on = document.body.classList.contains(DIFFERENCES);
  desk()?.querySelector("[data-desk-differences]")?.setAttribute("aria-pressed", String(on));
  showCurrent();
}

// Within the queue alone: on a phone the queue lies below the pair, and the page stays at its top.
function showCurrent() {
  const rows = desk()?.querySelector(".gx-desk-rows");
  const now = rows?.querySelector(".gx-desk-row--now");
  if (!now) return;
  const [seen, own] = [rows.getBoundingClientRect(), now.getBoundingClientRect()];
  if (own.top < seen.top) rows.scrollTop -= seen.top - own.top;
  else if (own.bottom > seen.bottom) rows.scrollTop += own.bottom - seen.bottom;
}

function say() {
  const told = document.querySelector("[data-desk-say]");
  if (!told) return;
  const pair = [...desk().querySelectorAll(".gx-side-name a")].map((one) => one.textContent).join(" / ");
  told.textContent = told.dataset.words.replace("{n}", desk().querySelector("[data-desk-total]")?.textContent || "").replace("{pair}", pair);
}

// Enter opens the pair, unless something that takes Enter itself has the focus.
function isFree(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (document.querySelector("dialog[open], details.gx-pop[open]")) return false;
  return !document.activeElement || document.activeElement.matches("body, main, [data-desk-pair]");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !desk() || !isFree(event)) return;
  const open = desk().querySelector("[data-desk-open]");
  if (!open) return;
  event.preventDefault();
  open.click();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-desk-differences]")) return;
  document.body.classList.toggle(DIFFERENCES);
  draw();
});

// What is refused comes back as the desk with the reason, under the status of an error.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id !== "gx-desk" || ![409, 422].includes(event.detail.xhr.status)) return;
  event.detail.shouldSwap = true;
  event.detail.isError = false;
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "gx-desk" && event.target.id !== "gx-desk") return;
  draw();
  say();
  desk()?.querySelector("[data-desk-pair]")?.focus({ preventScroll: true });
  window.scrollTo({ top: 0 });
});
draw();

// What came after a merge: all suggestions at once, still to be looked at before anything is done.
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-take-likely]")) return;
  for (const one of document.querySelectorAll("[data-unmerge] [data-likely]")) one.checked = true;
});
