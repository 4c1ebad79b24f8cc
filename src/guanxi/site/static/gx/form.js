// Forms: drafts kept on this device, over-long text counted, sent once, sent again after a lost connection under the same
// key, errors beside their fields with the first one focused. A kept form carries data-form="NAME" or a field with data-draft.
// Words and shapes of notes come from <template id="gx-form-notes">.
import { forget, forgetAll, keep, nameOf, restore } from "./drafts.js";

const AGAIN_S = [3, 6, 12, 24, 30];
const WAIT_MS = 60_000;
const WAIT_WITH_FILES_MS = 900_000;
const LATER = new Set([429, 502, 503, 504]);
const waiting = new Map(); // form -> {url, submitter, tries, timer}
let leaving = false;

function count(area) {
  const shown = document.querySelector(`[data-count-for="${CSS.escape(area.id)}"]`);
  if (!shown) return;
  const most = Number(area.dataset.most);
  const length = [...area.value].length; // characters, not UTF-16 units: a rare Chinese character is one
  shown.hidden = length < most * 0.8;
  shown.textContent = `${length} / ${most}`;
  shown.classList.toggle("gx-count--over", length > most);
  area.setCustomValidity(length > most ? shown.dataset.over : "");
}

// -- notes above a form ------------------------------------------------------------------------------------

function clearNotes(form) {
  for (const note of form.querySelectorAll("[data-note]")) note.remove();
}

function note(form, kind, fill = {}) {
  clearNotes(form);
  const shapes = document.getElementById("gx-form-notes");
  const shape = shapes?.content.querySelector(`[data-note="${kind}"]`);
  if (!shape) return null;
  const made = shape.cloneNode(true);
  for (const [name, text] of Object.entries(fill)) {
    const place = made.querySelector(`[data-fill="${name}"]`);
    if (place) place.textContent = text;
  }
  form.prepend(made);
  return made;
}

function clockOf(moment) {
  const at = new Date(moment);
  const hour = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", day: "numeric" });
  return at.toDateString() === new Date().toDateString() ? hour.format(at) : `${day.format(at)} ${hour.format(at)}`;
}

// -- before sending ----------------------------------------------------------------------------------------

function prepare(root, { told = false } = {}) {
  const forms = root.matches?.("form") ? [root] : [...root.querySelectorAll("form")];
  for (const form of forms.filter((one) => nameOf(one))) {
    const written = restore(form);
    if (written && told) note(form, "restored", { at: clockOf(written) });
    const fold = form.closest("details");
    if (fold && written) fold.open = true;
  }
  for (const area of root.querySelectorAll("[data-most]")) count(area);
}

function focusFirstError(root) {
  const first = root.querySelector('[aria-invalid="true"]:not([type="hidden"])') || root.querySelector("[data-error-summary]");
  const fold = first?.closest("details:not([open])");
  if (fold) fold.open = true;
  first?.focus();
}

function busy(form, button) {
  form.dataset.sent = "1";
  if (!button?.dataset.busy) return;
  // After this turn: the pressed button's name and value must still travel with the form.
  setTimeout(() => {
    if (!form.dataset.sent) return;
    button.dataset.busyWas = button.innerHTML;
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  });
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-busy-was]")) {
    button.innerHTML = button.dataset.busyWas; // our own markup, as it stood there
    button.removeAttribute("aria-disabled");
    delete button.dataset.busyWas;
  }
}

// -- sending -----------------------------------------------------------------------------------------------

function cookie(name) {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) || "";
}

function bodyOf(form, submitter) {
  const body = new FormData(form, submitter?.isConnected && submitter.form === form ? submitter : undefined);
  const token = cookie("gx_csrf"); // somebody may have signed in again in another window
  if (token) body.set("csrfmiddlewaretoken", token);
  return body;
}

function hasFiles(form) {
  return [...form.querySelectorAll('input[type="file"]')].some((field) => field.files.length > 0);
}

function send(form, url, submitter) {
  busy(form, submitter);
  keep(form, { tried: true });
  const request = new XMLHttpRequest(); // fetch cannot say how far an upload has come
  request.open("POST", url);
  request.timeout = hasFiles(form) ? WAIT_WITH_FILES_MS : WAIT_MS;
  request.setRequestHeader("X-Gx-Form", "1");
  request.setRequestHeader("Accept", "text/html");
  if (hasFiles(form)) {
    request.upload.addEventListener("progress", (event) => {
      const button = form.querySelector("[data-busy-was]");
      if (button && event.lengthComputable) button.textContent = `${button.dataset.busy} ${Math.round((event.loaded / event.total) * 100)} %`;
    });
  }
  for (const fault of ["error", "timeout", "abort"]) request.addEventListener(fault, () => later(form, url, submitter, "offline"));
  request.addEventListener("load", () => arrived(form, url, submitter, request));
  request.send(bodyOf(form, submitter));
}

function arrived(form, url, submitter, request) {
  const where = request.getResponseHeader("X-Gx-Location");
  if (where) return done(form, where);
  if (LATER.has(request.status)) return later(form, url, submitter, "busy");
  stopWaiting(form);
  release(form);
  const answer = new DOMParser().parseFromString(request.responseText, "text/html");
  const main = answer.getElementById("main");
  if (main?.querySelector("form") && [200, 409, 422].includes(request.status)) return show(form, answer, main);
  if (request.status === 401) return note(form, "signed-out")?.focus();
  const said = [...(main?.querySelectorAll("h1, h1 ~ p") || [])].map((part) => part.textContent.trim());
  note(form, "failed", { said: said.join(" ") || String(request.status) })?.focus();
}

function done(form, where) {
  stopWaiting(form);
  forget(form);
  leaving = true;
  const next = new URL(where, location.href);
  if (next.origin !== location.origin) return;
  if (next.href.split("#")[0] === location.href.split("#")[0]) location.reload();
  else location.assign(next);
}

// The page came back with errors: put it in place of this one; chosen files stay chosen.
function show(form, answer, main) {
  const chosen = new Map([...document.querySelectorAll('#main input[type="file"]')].map((field) => [field.id, field.files]));
  const here = document.getElementById("main");
  here.replaceWith(document.adoptNode(main));
  document.title = answer.title || document.title;
  for (const [id, files] of chosen) {
    const field = files.length ? document.getElementById(id) : null;
    if (!field) continue;
    field.files = files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  window.htmx?.process(main);
  prepare(main);
  document.dispatchEvent(new CustomEvent("gx:shown", { detail: main }));
  focusFirstError(main);
}

// -- when nobody answers -----------------------------------------------------------------------------------

function later(form, url, submitter, kind) {
  release(form);
  const before = waiting.get(form);
  const tries = (before?.tries ?? -1) + 1;
  clearTimeout(before?.timer);
  const pause = AGAIN_S[Math.min(tries, AGAIN_S.length - 1)] * 1000;
  const timer = setTimeout(() => again(form), pause);
  waiting.set(form, { url, submitter, tries, timer });
  form.dataset.hold = "";
  if (!form.querySelector(`[data-note="${kind}"]`)) note(form, kind)?.scrollIntoView?.({ block: "nearest" });
}

function again(form) {
  const found = waiting.get(form);
  if (!found || form.dataset.sent) return;
  if (!form.isConnected) return stopWaiting(form);
  clearTimeout(found.timer);
  send(form, found.url, found.submitter);
}

function stopWaiting(form) {
  clearTimeout(waiting.get(form)?.timer);
  waiting.delete(form);
  clearNotes(form);
  if (!hasFiles(form)) delete form.dataset.hold;
}

const ACTS = {
  discard(form) {
    forget(form);
    form.reset();
    clearNotes(form);
    for (const area of form.querySelectorAll("[data-most]")) count(area);
    form.dispatchEvent(new Event("gx:reset", { bubbles: true }));
  },
  send: again,
  stop: stopWaiting,
};

// -- listening ---------------------------------------------------------------------------------------------

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.form && nameOf(field.form)) {
    field.form.dataset.kept = keep(field.form) ? "1" : "";
    field.form.dataset.written = "1";
  }
  if (field.dataset?.most) count(field);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method")?.toLowerCase() !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault(); // the second press: the server has an idempotency key too
    return;
  }
  if (form.hasAttribute("data-sign-out")) forgetAll();
  if (!nameOf(form)) return busy(form, event.submitter);
  event.preventDefault();
  const url = event.submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
  send(form, url, event.submitter);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-note] [data-do]");
  if (button) ACTS[button.dataset.do](button.closest("form"));
});

window.addEventListener("online", () => [...waiting.keys()].forEach(again));
window.addEventListener("beforeunload", (event) => {
  if (leaving) return;
  const forms = [...document.querySelectorAll("form")].filter(nameOf);
  // Words that are kept come back by themselves; what is not, or not sent yet, would be lost.
  if (forms.some((form) => waiting.has(form) || hasFiles(form) || (form.dataset.written && !form.dataset.kept))) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target instanceof HTMLFormElement) release(event.target);
});
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
window.addEventListener("pageshow", (event) => {
  leaving = false;
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
prepare(document, { told: true });
focusFirstError(document);
