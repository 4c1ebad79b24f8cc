// Dialogs of a page: [data-dialog="ID"] opens the dialog of that id, [data-dialog-close] and a click beside it close it; one that
// came back with errors (data-open) opens itself. Without this script the link's "#ID" shows it in place (:target).
function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  const wrong = dialog.querySelector('[aria-invalid="true"]:not([type="hidden"])');
  const first = dialog.querySelector("form :is(input:not([type=hidden]), select, textarea)");
  (wrong || first)?.focus();
}

function openThose(root) {
  for (const dialog of root.querySelectorAll("dialog[data-open]:not(td dialog)")) open(dialog);
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialog));
    return;
  }
  if (event.target.closest("[data-dialog-close]") || event.target.matches("dialog.gx-sheet--form")) event.target.closest("dialog")?.close();
});
document.addEventListener("gx:shown", (event) => openThose(event.detail || document));
openThose(document);
