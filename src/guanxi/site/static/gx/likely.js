// Who is this likely to be? A form with data-likely="URL" asks while somebody writes who the person may be; the answer is
// put into its [data-likely-in]. A choice (click, Alt+1 ... Alt+5) sets "customer" and fills what is still empty.
const PAUSE_MS = 260;
const ASKED = ["name", "phone", "email", "member", "reference", "address", "birth"];
const timers = new WeakMap();
const asked = new WeakMap();

const places = (form) => form.querySelector("[data-likely-in]");
const token = () => document.querySelector('meta[name="gx-csrf"]')?.content || "";

function saidIn(form) {
  const said = new FormData();
  for (const name of ASKED) {
    const field = form.elements.namedItem(name);
    if (field?.value?.trim()) said.set(name, field.value.trim());
  }
  return said;
}

async function ask(form) {
  const said = saidIn(form);
  const mark = new URLSearchParams(said).toString();
  if (form.dataset.likelyAsked === mark) return;
  form.dataset.likelyAsked = mark;
  asked.get(form)?.abort();
  if (!mark) return;
  const stop = new AbortController();
  asked.set(form, stop);
  try {
    const answer = await fetch(form.dataset.likely, { method: "POST", body: said, signal: stop.signal, headers: { "X-CSRFToken": token() } });
    if (!answer.ok) return;
    places(form).innerHTML = await answer.text();
    mark_chosen(form);
  } catch {
    // the connection is away or another letter came: the form works without
  }
}

function mark_chosen(form) {
  const code = form.elements.namedItem("customer")?.value || "";
  for (const button of form.querySelectorAll("[data-likely-choose]")) {
    button.setAttribute("aria-pressed", String(button.dataset.code === code));
  }
}

function fill(form, name, value) {
  const field = form.elements.namedItem(name);
  if (!field || !value || (field.value.trim() && !field.dataset.filled)) return;
  field.value = value;
  field.dataset.filled = "1";
}

function choose(form, button) {
  const { code, text, name, phone, email, member } = button.dataset;
  set(form, code, text);
  fill(form, "name", name);
  fill(form, "phone", phone);
  fill(form, "email", email);
  fill(form, "member", member);
  fill(form, "reference", member);
  tell(form, text);
}

function set(form, code, text) {
  const hidden = form.elements.namedItem("customer");
  const shown = form.elements.namedItem("customer_text");
  if (hidden) hidden.value = code;
  if (shown) shown.value = text;
  mark_chosen(form);
}

function tell(form, text) {
  const chosen = form.querySelector("[data-likely-chosen]");
  if (!chosen) return;
  const words = chosen.querySelector("[data-words]");
  words.textContent = words.dataset.words.replace("{name}", text);
  chosen.hidden = !text;
}

function clear(form) {
  set(form, "", "");
  for (const field of form.querySelectorAll("[data-filled]")) {
    field.value = "";
    delete field.dataset.filled;
  }
  tell(form, "");
  ask(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.likely || !ASKED.includes(event.target.name)) return;
  delete event.target.dataset.filled;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => ask(form), PAUSE_MS));
});

document.addEventListener("click", (event) => {
  const form = event.target.closest("form[data-likely]");
  if (!form) return;
  const button = event.target.closest("[data-likely-choose]");
  if (button) choose(form, button);
  if (event.target.closest("[data-likely-clear]")) clear(form);
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.isComposing || !/^Digit[1-5]$/.test(event.code)) return;
  const form = document.querySelector("form[data-likely]");
  const button = form?.querySelectorAll("[data-likely-choose]")[Number(event.code.slice(5)) - 1];
  if (!button) return;
  event.preventDefault();
  choose(form, button);
});

for (const form of document.querySelectorAll("form[data-likely]")) {
  ask(form);
  if (form.elements.namedItem("customer")?.value) tell(form, form.elements.namedItem("customer_text")?.value || "");
}
