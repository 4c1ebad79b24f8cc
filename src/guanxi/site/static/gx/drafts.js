// Drafts on this device: one per form and person, with the moment and - once sending was tried - the form's key, so that a
// second try counts as the first. Never passwords, hidden fields or files. Without storage everything works, unkept.
const PREFIX = "gx-draft:";
const KEPT_MS = 7 * 86_400_000; // as long as the server remembers a key
const person = document.querySelector('meta[name="gx-person"]')?.content || "";

export function nameOf(form) {
  const name = form.dataset.form || form.querySelector("[data-draft]")?.dataset.draft;
  return name ? `${PREFIX}${person}:${name}` : "";
}

export function fieldsOf(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button", "reset", "fieldset"].includes(field.type),
  );
}

function valueOf(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked;
  return field.value;
}

function keyOf(field) {
  return field.type === "checkbox" || field.type === "radio" ? `${field.name}=${field.value}` : field.name;
}

export function isAsGiven(field) {
  if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked;
  if (field.tagName === "SELECT") {
    const given = [...field.options].find((option) => option.defaultSelected) || field.options[0];
    return field.value === (given?.value ?? "");
  }
  return field.value === field.defaultValue;
}

export function read(form) {
  try {
    const found = JSON.parse(localStorage.getItem(nameOf(form)) || "null");
    return found && typeof found === "object" && Date.now() - found.at < KEPT_MS ? found : null;
  } catch {
    return null;
  }
}

// Keep what stands in the form; true when it could be kept. An untouched form leaves nothing behind.
export function keep(form, { tried = false } = {}) {
  const name = nameOf(form);
  if (!name) return false;
  const fields = fieldsOf(form);
  const values = Object.fromEntries(fields.map((field) => [keyOf(field), valueOf(field)]));
  const before = read(form);
  const key = tried ? form.elements.namedItem("key")?.value || "" : before?.key || "";
  try {
    if (!key && fields.every(isAsGiven)) localStorage.removeItem(name);
    else localStorage.setItem(name, JSON.stringify({ at: Date.now(), key, values }));
    return true;
  } catch {
    return false; // the draft lives as long as the page
  }
}

export function forget(form) {
  try {
    localStorage.removeItem(nameOf(form));
  } catch {
    // nothing was kept
  }
}

// Put the draft into fields that stand as they were given; says when it was written, 0 when nothing was put back.
export function restore(form) {
  const draft = nameOf(form) && read(form);
  if (!draft?.values) return 0;
  let changed = false;
  for (const field of fieldsOf(form)) {
    const value = draft.values[keyOf(field)];
    if (value === undefined || value === valueOf(field) || !isAsGiven(field)) continue;
    if (field.value && typeof value === "string" && field.tagName === "TEXTAREA") continue; // the server knows better words
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
    changed = true;
    field.dispatchEvent(new Event("gx:restored", { bubbles: true }));
  }
  const key = form.elements.namedItem("key");
  if (changed && draft.key && key) key.value = draft.key;
  return changed ? draft.at : 0;
}

// Whoever signs out leaves no words of customers behind on this device.
export function forgetAll() {
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith(`${PREFIX}${person}:`)) localStorage.removeItem(name);
  } catch {
    // nothing was kept
  }
}
