// What one did oneself to rows of a list: they are drawn anew where they stand. None comes, goes or moves under the pointer;
// rows that are new on this page wait behind the pill.
const WAIT_MS = 400;
let timer = 0;

const rowsIn = (root) => [...root.querySelectorAll("#gx-list tbody tr[data-key-of]")];

// A cell as the server drew it: clock.js has made its moments relative since.
function served(cell) {
  const copy = cell.cloneNode(true);
  for (const moment of copy.querySelectorAll("time")) moment.replaceWith(moment.getAttribute("datetime"));
  return copy.outerHTML;
}

function redraw(row, other) {
  if (row.querySelector("[data-cell-form]") || row.cells.length !== other.cells.length) return;
  [...row.cells].forEach((cell, place) => {
    const fresh = other.cells[place];
    if (cell.matches(".gx-pick") || cell.contains(document.activeElement) || served(cell) === served(fresh)) return;
    const own = document.importNode(fresh, true);
    cell.replaceWith(own);
    window.htmx.process(own);
  });
}

async function freshen(list) {
  const answer = await fetch(list.getAttribute("hx-get"), { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || !list.isConnected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = new Map(rowsIn(page).map((row) => [row.dataset.keyOf, row]));
  let more = fresh.size;
  for (const row of rowsIn(document)) {
    more -= 1; // one that no longer belongs here stays as well, until somebody asks for the list anew
    const other = fresh.get(row.dataset.keyOf);
    if (other) redraw(row, other);
  }
  if (more > 0) list.dispatchEvent(new CustomEvent("gx:new", { bubbles: true, detail: more }));
  document.dispatchEvent(new CustomEvent("gx:fresh")); // clock.js
}

document.addEventListener("gx:own", (event) => {
  if (event.target.id !== "gx-list") return;
  event.preventDefault();
  clearTimeout(timer);
  timer = setTimeout(() => freshen(event.target), WAIT_MS);
});
