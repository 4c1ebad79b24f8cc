// A photograph just taken joins the files chosen beside it: <input type="file" capture data-camera="ID of the file field">.
document.addEventListener("change", (event) => {
  const camera = event.target;
  const field = camera.dataset?.camera && document.getElementById(camera.dataset.camera);
  if (!field || !camera.files.length) return;
  const bag = new DataTransfer();
  for (const file of [...field.files, ...camera.files]) bag.items.add(file);
  field.files = bag.files;
  field.gxKept = [...bag.files];
  camera.value = "";
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
