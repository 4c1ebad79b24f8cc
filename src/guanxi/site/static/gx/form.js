// Forms: sent once, drafts kept on this device, over-long text counted, the first error focused.
const PREFIX = "gx-draft:";
const SENT = "gx-sent:";

// A draft is forgotten only when the next page of ours has come: a lost connection brings the writer back to it.
function settleSent() {
  const kind = performance.getEntriesByType("navigation")[0]?.type;
  const arrived = kind === "navigate" && !document.documentElement.hasAttribute("data-keep-drafts"); // an error page
  try {
    for (const name of Object.keys(localStorage).filter((key) => key.startsWith(SENT))) {
      if (arrived) localStorage.removeItem(PREFIX + name.slice(SENT.length));
      localStorage.removeItem(name);
    }
  } catch {
    // no storage, no drafts
  }
}

function markSent(key) {
  try {
    localStorage.setItem(SENT + key, "1");
  } catch {
    // no storage, no drafts
  }
}

function store(key, text) {
  try {
    if (text) localStorage.setItem(PREFIX + key, text);
    else localStorage.removeItem(PREFIX + key);
  } catch {
    // no storage: the draft lives as long as the page
  }
}

function recall(key) {
  try {
    return localStorage.getItem(PREFIX + key) || "";
  } catch {
    return "";
  }
}

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

function prepare(root) {
  for (const area of root.querySelectorAll("[data-draft]")) {
    if (area.value) continue;
    area.value = recall(area.dataset.draft);
    const fold = area.closest("details");
    if (fold && area.value) fold.open = true;
  }
  for (const area of root.querySelectorAll("[data-most]")) count(area);
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[data-busy-was]")) {
    button.textContent = button.dataset.busyWas;
    button.removeAttribute("aria-disabled");
    delete button.dataset.busyWas;
  }
}

document.addEventListener("input", (event) => {
  const area = event.target;
  if (area.dataset?.draft) store(area.dataset.draft, area.value);
  if (area.dataset?.most) count(area);
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog" || form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault(); // the second press: the server has an idempotency key too
    return;
  }
  form.dataset.sent = "1";
  for (const area of form.querySelectorAll("[data-draft]")) markSent(area.dataset.draft);
  const button = event.submitter;
  if (!button || !button.dataset.busy) return;
  // After this turn: the pressed button's name and value must still travel with the form.
  setTimeout(() => {
    button.dataset.busyWas = button.textContent;
    button.textContent = button.dataset.busy;
    button.setAttribute("aria-disabled", "true");
  });
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target instanceof HTMLFormElement) release(event.target);
});
document.addEventListener("htmx:afterSettle", (event) => prepare(event.target));
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
settleSent();
prepare(document);
(document.querySelector("[data-error-summary]") || document.querySelector('[aria-invalid="true"]'))?.focus();
