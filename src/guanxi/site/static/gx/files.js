// A file field: what is chosen or dropped is listed with its size and can be taken out again; too many, too large or of
// another kind is said at once, before anything is sent. Without this script the plain field works.
const size = (bytes) => (bytes < 1000 ? `${bytes} B` : bytes < 1_000_000 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`);

function boxOf(field) {
  return field.closest("[data-files]");
}

function put(field, files) {
  const bag = new DataTransfer();
  for (const file of files) bag.items.add(file);
  field.files = bag.files;
  list(field);
}

function faultOf(box, files) {
  const ends = box.dataset.accept.split(",");
  const most = Number(box.dataset.most);
  const largest = Number(box.dataset.largest);
  if (files.length > most) return box.dataset.wordsMany;
  const large = files.find((file) => file.size > largest);
  if (large) return box.dataset.wordsLarge.replace("{name}", large.name);
  const foreign = files.find((file) => !ends.some((end) => file.name.toLowerCase().endsWith(end)));
  return foreign ? box.dataset.wordsKind.replace("{name}", foreign.name) : "";
}

function row(field, file, place) {
  const shape = boxOf(field).querySelector("template").content.firstElementChild.cloneNode(true);
  shape.querySelector("[data-name]").textContent = file.name;
  shape.querySelector("[data-size]").textContent = size(file.size);
  const button = shape.querySelector("button");
  button.setAttribute("aria-label", button.dataset.label.replace("{name}", file.name));
  button.dataset.place = String(place);
  return shape;
}

function list(field) {
  const box = boxOf(field);
  const files = [...field.files];
  box.querySelector("[data-list]").replaceChildren(...files.map((file, place) => row(field, file, place)));
  const told = box.querySelector("[data-fault]");
  const fault = faultOf(box, files);
  told.hidden = !fault;
  told.querySelector("span").textContent = fault;
  field.setCustomValidity(fault);
  if (files.length) field.form?.setAttribute("data-hold", "");
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.type !== "file" || !boxOf(field)) return;
  const kept = field.gxKept || [];
  const fresh = [...field.files].filter((file) => !kept.some((one) => one.name === file.name && one.size === file.size));
  const all = field.multiple ? [...kept, ...fresh] : [...field.files];
  put(field, all);
  field.gxKept = all;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-files] [data-place]");
  if (!button) return;
  const field = button.closest("[data-files]").querySelector('input[type="file"]');
  field.gxKept = [...field.files].filter((_, place) => place !== Number(button.dataset.place));
  put(field, field.gxKept);
  field.focus();
});

for (const kind of ["dragover", "drop"]) {
  document.addEventListener(kind, (event) => {
    const box = event.target.closest?.("[data-files]");
    if (!box || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    box.classList.toggle("gx-files--over", kind === "dragover");
    if (kind !== "drop") return;
    const field = box.querySelector('input[type="file"]');
    field.gxKept = [...(field.gxKept || []), ...event.dataTransfer.files];
    put(field, field.gxKept);
  });
}
document.addEventListener("dragleave", (event) => event.target.closest?.("[data-files]")?.classList.remove("gx-files--over"));
document.addEventListener("paste", (event) => {
  const box = event.target.form?.querySelector("[data-files]");
  const files = [...(event.clipboardData?.files || [])];
  if (!box || !files.length) return;
  event.preventDefault();
  const field = box.querySelector('input[type="file"]');
  field.gxKept = [...(field.gxKept || []), ...files];
  put(field, field.gxKept);
});
