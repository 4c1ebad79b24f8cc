// A list by keyboard and hand: a cursor row (j k, arrows), selection (x, shift-click), quick view (space), editing in
// place (e). The list is redrawn by live.js: cursor and selection are kept here and put back. Everything else is the page's.
const QUICK_WAIT_MS = 120;
const AGAIN_MS = 800;
const state = { key: "", picked: new Set(), anchor: "", query: null, back: null, timer: 0 };

const list = () => document.getElementById("gx-list");
const quick = () => document.getElementById("gx-quick");
const rows = () => [...(list()?.querySelectorAll("tbody tr[data-key-of]") || [])];
const boxes = () => [...(list()?.querySelectorAll('tbody input[name="keys"]') || [])];
const rowOf = (key) => rows().find((row) => row.dataset.keyOf === key);
const bulk = () => document.getElementById("gx-bulk");

function say(words) {
  const told = document.querySelector("[data-list-say]");
  if (told) told.textContent = words;
}

// -- the cursor --

function point(row, { focus = true } = {}) {
  for (const other of list().querySelectorAll("tr.gx-cursor")) other.classList.remove("gx-cursor");
  if (!row) return;
  state.key = row.dataset.keyOf;
  row.classList.add("gx-cursor");
  if (focus) row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.findIndex((row) => row.dataset.keyOf === state.key);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  point(all[next], { focus: !quick()?.contains(document.activeElement) });
  const told = document.querySelector("[data-list-say]");
  if (told) say(told.dataset.at.replace("{n}", next + 1).replace("{of}", all.length));
  if (isQuickOpen()) showQuick(all[next]);
}

function current() {
  return rowOf(state.key) || null;
}

// -- selection --

function pick(box, on, extend) {
  const all = boxes();
  const from = extend ? all.findIndex((one) => one.value === state.anchor) : -1;
  const to = all.indexOf(box);
  const span = from < 0 ? [box] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const one of span) one.checked = on;
  state.anchor = box.value;
  drawSelection();
}

function drawSelection() {
  const form = bulk();
  if (!form) return;
  const all = boxes();
  state.picked = new Set(all.filter((one) => one.checked).map((one) => one.value));
  const count = state.picked.size;
  for (const one of all) one.closest("tr").classList.toggle("gx-picked", one.checked);
  const head = list().querySelector("[data-pick-page]");
  head.checked = count > 0 && count === all.length;
  head.indeterminate = count > 0 && count < all.length;
  const expected = form.elements.namedItem("expected");
  const everything = form.querySelector("[data-bulk-all]");
  const total = Number(expected.dataset.total);
  everything.hidden = count < all.length || total <= all.length;
  if (everything.hidden) form.elements.namedItem("all").checked = false;
  const whole = form.elements.namedItem("all").checked;
  expected.value = whole ? total : count;
  const words = form.querySelector("[data-bulk-count]");
  const counted = document.getElementById("gx-count").textContent.trim();
  words.textContent = whole ? words.dataset.all.replace("{n}", counted) : words.dataset.words.replace("{n}", count);
  form.classList.toggle("gx-bulk--on", count > 0);
  drawExport(whole ? 0 : count);
}

// The export above the list gives what is selected, else all that match.
function drawExport(count) {
  const words = document.querySelector("[data-export-count]");
  words.dataset.total ??= words.textContent;
  words.textContent = count ? words.dataset.words.replace("{n}", count) : words.dataset.total;
  for (const field of list().querySelectorAll("[data-export-keys]")) {
    field.disabled = count === 0;
    field.value = [...state.picked].join(",");
  }
}

function clearSelection() {
  for (const one of boxes()) one.checked = false;
  drawSelection();
}

// -- quick view --

function isQuickOpen() {
  return quick() !== null && !quick().hidden;
}

function showQuick(row) {
  const panel = quick();
  if (!panel || !row?.dataset.quick) return;
  panel.hidden = false;
  document.body.classList.add("gx-has-quick");
  panel.dataset.of = row.dataset.keyOf;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => {
    window.htmx.ajax("GET", row.dataset.quick, { target: "#gx-quick", swap: "innerHTML" });
  }, panel.childElementCount ? QUICK_WAIT_MS : 0);
}

function closeQuick() {
  const panel = quick();
  clearTimeout(state.timer);
  panel.hidden = true;
  panel.replaceChildren();
  document.body.classList.remove("gx-has-quick");
  current()?.focus({ preventScroll: true });
}

function toggleQuick(row) {
  if (isQuickOpen() && quick().dataset.of === row.dataset.keyOf) closeQuick();
  else showQuick(row);
}

// -- editing in place --

function edit(row) {
  row?.querySelector(".gx-cell-edit")?.click();
}

function cancelEdit(form) {
  form.closest("td").querySelector("[data-cell-cancel]")?.click();
}

// -- what is heard --

const acts = {
  next: () => move(1),
  previous: () => move(-1),
  pick() {
    const box = current()?.querySelector('input[name="keys"]');
    if (box) pick(box, !box.checked, false);
  },
  edit: () => edit(current()),
  bulk: () => state.picked.size && bulk()?.querySelector(".gx-bulk-verbs button")?.focus(),
  order: () => (list().querySelector("th[aria-sort] .gx-sort") || list().querySelector(".gx-sort"))?.focus(),
};

// A key belongs to the list while nothing that takes keys itself has the focus.
function isFree(event) {
  if (event.defaultPrevented || event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return false;
  if (document.querySelector("dialog[open], details.gx-pop[open]")) return false;
  const at = document.activeElement;
  return at === document.body || at === null || at.matches("main, tr[data-key-of]") || quick()?.contains(at) === true && !at.matches("a, button, input, textarea, select");
}

function onEscape(event) {
  const form = event.target.closest?.("[data-cell-form]");
  if (form) return cancelEdit(form);
  if (document.querySelector("dialog[open], details.gx-pop[open]")) return undefined;
  if (isQuickOpen()) return closeQuick();
  if (event.target.matches?.("#gx-find")) return event.target.blur();
  if (state.picked.size) return clearSelection();
  return undefined;
}

function onKey(event) {
  if (!list()) return;
  if (event.key === "Escape") return void onEscape(event);
  if (stepAside(event) || stepInMenu(event)) return;
  if (!isFree(event)) return;
  const row = current();
  const byKey = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => row && window.location.assign(row.dataset.url),
    " ": () => toggleQuick(row || rows()[0]),
  };
  const act = byKey[event.key];
  if (!act || (event.key === "Enter" && !row) || (event.key === " " && !(row || rows()[0])?.dataset.quick)) return;
  event.preventDefault();
  if (event.key === " " && !row) point(rows()[0]);
  act();
}

// Arrows walk along the headers and the buttons for many rows, and through an open menu.
function stepAside(event) {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return false;
  const at = document.activeElement;
  const line = at?.closest(".gx-list thead, .gx-bulk-verbs");
  if (!line || !at.matches("a, button")) return false;
  const stops = [...line.querySelectorAll("a, button")];
  event.preventDefault();
  stops[stops.indexOf(at) + (event.key === "ArrowRight" ? 1 : -1)]?.focus();
  return true;
}

function stepInMenu(event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return false;
  const box = document.activeElement?.closest(".gx-list .gx-pop[open]");
  const at = document.activeElement;
  if (!box || at.matches("select, textarea") || at.type === "date" || at.type === "radio") return false;
  const stops = [...box.querySelectorAll("summary, a, button:not(.gx-hide), input:not([type=hidden]), select")].filter((one) => one.checkVisibility());
  const next = stops[stops.indexOf(at) + (event.key === "ArrowDown" ? 1 : -1)];
  event.preventDefault();
  next?.focus();
  return true;
}

function onClick(event) {
  const target = event.target;
  if (target.matches("details.gx-pop[open]") && target.closest(".gx-list")) target.open = false; // the veil of a sheet
  if (target === document.body && isQuickOpen()) closeQuick();
  const act = target.closest("[data-list-do]")?.dataset.listDo;
  if (act) return acts[act]();
  if (target.closest("[data-quick-close]")) return closeQuick();
  if (target.closest("[data-close-dialog]")) return target.closest("dialog").close();
  const opener = target.closest("[data-quick-open]");
  if (opener && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
    event.preventDefault();
    const row = opener.closest("tr");
    point(row);
    return toggleQuick(row);
  }
  if (target.matches("[data-pick-page]") && event.detail > 0) return point(current() || rows()[0]);
  if (target.matches('input[name="keys"]')) {
    pick(target, target.checked, event.shiftKey);
    if (event.detail > 0) point(target.closest("tr")); // a hand, not the space bar: letters are keys again
    return undefined;
  }
  const arrow = target.closest("[data-move]");
  if (arrow) {
    event.preventDefault();
    return shift(arrow);
  }
  return undefined;
}

// A column moves in the chooser; focus stays on its arrow.
function shift(arrow) {
  const item = arrow.closest("li");
  const step = Number(arrow.dataset.move);
  const beside = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!beside) return;
  beside[step < 0 ? "before" : "after"](item);
  arrow.focus();
}

function onChange(event) {
  if (event.target.matches("[data-pick-page]")) {
    for (const one of boxes()) one.checked = event.target.checked;
    drawSelection();
  }
  if (event.target.matches('#gx-bulk input[name="all"]')) drawSelection();
}

// What is opened gets the focus, so that the next key means something there.
function onToggle(event) {
  const opened = event.target;
  if (!(opened instanceof HTMLDetailsElement) || !opened.open || !opened.closest(".gx-list")) return;
  if (window.matchMedia("(hover: none)").matches) return; // no keyboard that slides over the sheet
  const wanted = opened.matches(".gx-filter-add") ? "summary.gx-menu-item" : opened.matches(".gx-view-pop") ? "[data-view-name]" : "form input:not([type=hidden]), form select, form button:not(.gx-hide)";
  opened.querySelector(`:scope > :not(summary) ${wanted}, :scope > form ${wanted.replaceAll("form ", "")}`)?.focus();
}

// -- redrawn parts --

function restore() {
  const section = list();
  if (!section) return;
  if (state.query === section.dataset.query) {
    for (const one of boxes()) one.checked = state.picked.has(one.value);
  }
  state.query = section.dataset.query;
  drawSelection();
  const row = rowOf(state.key);
  if (row) {
    row.classList.add("gx-cursor");
    if (document.activeElement === document.body) row.focus({ preventScroll: true });
  }
}

function settleCell(cell) {
  const dialog = cell.querySelector("dialog[data-open]");
  if (dialog && !dialog.open) {
    dialog.addEventListener("close", () => cell.querySelector("#gx-cell-value")?.focus());
    dialog.showModal();
    return;
  }
  const field = cell.querySelector("#gx-cell-value");
  if (field) {
    field.focus();
    if (field.matches("input")) field.select();
  } else {
    point(cell.closest("tr"));
  }
}

document.addEventListener("keydown", onKey, true); // before keys.js closes what is open: one Escape, one step
document.addEventListener("click", onClick);
document.addEventListener("change", onChange);
document.addEventListener("toggle", onToggle, true);
document.addEventListener("reset", (event) => event.target === bulk() && setTimeout(clearSelection));
document.addEventListener("submit", (event) => event.target.matches?.("[data-cell-form]") && event.target.closest("td").querySelector("dialog[open]")?.close(), true);
// A download leaves the page where it is: its form may be sent again.
document.addEventListener("submit", (event) => {
  const box = event.target.closest?.(".gx-export-box");
  if (!box && !event.submitter?.matches("[data-stays]")) return;
  setTimeout(() => {
    delete event.target.dataset.sent;
    if (box) box.closest("details").open = false;
  }, AGAIN_MS);
});
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.(".gx-list tbody tr[data-key-of]");
  if (row && row.dataset.keyOf !== state.key) point(row, { focus: false });
});
// An editor that comes back with an error or a conflict is drawn all the same.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr } = event.detail;
  if (target?.matches?.(".gx-list td") && (xhr.status === 409 || xhr.status === 422)) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  const told = document.querySelector("[data-list-say]");
  if (!event.target.closest?.(".gx-list td")) return;
  say(told.dataset.failed);
  const note = document.createElement("p");
  note.className = "gx-error";
  note.textContent = told.dataset.failed;
  const form = event.target.closest("td").querySelector("form");
  form?.querySelector(".gx-error")?.remove();
  form?.append(note);
});
document.addEventListener("htmx:afterSettle", (event) => {
  const swapped = event.detail.elt || event.target;
  if (swapped.id === "gx-list" || swapped.querySelector?.("#gx-list")) return restore();
  if (swapped.id === "gx-count") return drawSelection();
  const cell = swapped.matches?.("td") ? swapped : null;
  if (cell?.closest(".gx-list")) settleCell(cell);
  return undefined;
});
if (list()) restore();
