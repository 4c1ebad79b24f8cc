// <button data-copy="GX-..." data-copied="Copied">: copies and says so to eyes and screen readers.
async function copy(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = document.createElement("textarea"); // plain http on a bare machine has no clipboard
  area.value = text;
  area.className = "gx-hide";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await copy(button.dataset.copy);
  const told = button.querySelector("[data-copy-told]");
  if (!told) return;
  told.textContent = button.dataset.copied;
  setTimeout(() => (told.textContent = ""), 2000);
});
