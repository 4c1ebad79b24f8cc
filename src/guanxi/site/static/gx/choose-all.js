// One tick for all of a name, and how many are chosen: <input type="checkbox" data-choose-all="NAME">, <span data-chosen-count="NAME">.
const boxes = (name) => [...document.querySelectorAll(`input[type="checkbox"][name="${CSS.escape(name)}"]`)];

function count() {
  for (const all of document.querySelectorAll("[data-choose-all]")) {
    const own = boxes(all.dataset.chooseAll);
    const chosen = own.filter((box) => box.checked).length;
    all.checked = chosen > 0 && chosen === own.length;
    all.indeterminate = chosen > 0 && chosen < own.length;
    const shown = document.querySelector(`[data-chosen-count="${CSS.escape(all.dataset.chooseAll)}"]`);
    if (shown) shown.textContent = chosen ? `${chosen} / ${own.length}` : "";
  }
}

document.addEventListener("change", (event) => {
  const name = event.target.dataset?.chooseAll;
  if (name) for (const box of boxes(name)) box.checked = event.target.checked;
  count();
});
count();
