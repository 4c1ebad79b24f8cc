// Stage screens: what a scanner types goes into one field; each Enter is one scan with a key of its own. Scans are sent one
// after the other and kept until they are answered, also over a lost connection or a reload: the server counts each key once.
const root = document.querySelector("[data-scanner]");
const form = root?.querySelector("[data-scan-form]");
const field = form?.querySelector("input[name=text]");
const body = root?.querySelector("[data-scan-body]");
const lost = root?.querySelector("[data-scan-lost]");
const dialog = document.querySelector("[data-scan-dialog]");
const person = document.querySelector('meta[name="gx-person"]')?.content || "";
const store = `gx-scans:${person}:${location.pathname}`;
const RETRY_MS = 1500;
const TWICE_MS = 120; // a scanner that fires twice is quicker than any hand
const SIGNED_OUT = "out";
let waiting = [];
let sending = false;
let before = { text: "", at: 0 };

function keep() {
  try {
    if (waiting.length) localStorage.setItem(store, JSON.stringify(waiting));
    else localStorage.removeItem(store);
  } catch {
    // private windows keep nothing: the queue of this page is all there is
  }
}

function told(state) {
  lost.hidden = !state;
  if (state) lost.textContent = state === SIGNED_OUT ? root.dataset.wordsOut : root.dataset.wordsLost.replace("{n}", String(waiting.length));
}

function cookie(name) {
  return document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) || "";
}

function settings() {
  const values = {};
  for (const one of form.querySelectorAll("[data-scan-keep]")) values[one.name] = one.value;
  return values;
}

async function post(scan) {
  const fields = new URLSearchParams({ ...scan });
  fields.set("csrfmiddlewaretoken", cookie("gx_csrf") || form.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(root.dataset.url, { method: "POST", body: fields, redirect: "manual", headers: { "HX-Request": "true" } });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return { out: true };
  if (answer.status >= 500 || answer.status === 429) return { again: true };
  return { html: answer.ok ? await answer.text() : "", gone: !answer.ok };
}

function show(html) {
  if (!html) return;
  body.innerHTML = html;
  window.htmx?.process(body);
  document.dispatchEvent(new CustomEvent("gx:fresh")); // clock.js
  body.querySelector("[data-scan-now]")?.scrollIntoView({ block: "nearest" });
  const said = body.querySelector("[data-scan-said]");
  root.dataset.tone = said?.dataset.tone || "";
  said?.classList.add("gx-scan-said--new");
  const undo = body.querySelector("[data-scan-left]");
  if (undo) setTimeout(() => undo.isConnected && undo.remove(), Number(undo.dataset.scanLeft) * 1000);
}

async function work() {
  if (sending) return;
  sending = true;
  while (waiting.length) {
    const answer = await post(waiting[0]).catch(() => ({ again: true }));
    if (answer.out || answer.again) {
      told(answer.out ? SIGNED_OUT : "lost");
      setTimeout(work, RETRY_MS);
      break;
    }
    waiting.shift();
    keep();
    told("");
    show(answer.html);
  }
  sending = false;
  root.dataset.idle = waiting.length ? "" : "1";
}

function add(text) {
  const now = performance.now();
  const twice = text !== "" && text === before.text && now - before.at < TWICE_MS;
  before = { text, at: now };
  if (twice) return;
  const chosen = body.querySelector("[data-scan-chosen]")?.value || "";
  root.dataset.idle = "";
  waiting.push({ text, chosen, once: crypto.randomUUID?.() || `${Date.now()}-${Math.random()}`, ...settings() });
  keep();
  work();
}

function toField() {
  if (!dialog?.open) field.focus();
}

if (root) {
  try {
    waiting = JSON.parse(localStorage.getItem(store) || "[]");
  } catch {
    waiting = [];
  }
  for (const one of form.querySelectorAll("[data-scan-keep]")) {
    const name = `gx-scan:${location.pathname}:${one.name}`;
    try {
      one.value = localStorage.getItem(name) || one.value;
    } catch {
      // as it came
    }
    one.addEventListener("change", () => {
      try {
        localStorage.setItem(name, one.value);
      } catch {
        // for this page only
      }
      toField();
    });
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-scan-down")) return;
    event.preventDefault();
    const text = field.value.trim();
    field.value = "";
    add(text);
    toField();
  });
  root.querySelector("[data-scan-undo]").addEventListener("click", () => (add("-"), toField()));
  root.querySelector("[data-scan-trouble]")?.addEventListener("click", () => dialog.showModal());
  dialog?.querySelector("[data-scan-close]").addEventListener("click", () => dialog.close());
  dialog?.addEventListener("close", toField);
  for (const one of dialog?.querySelectorAll("[data-scan-kind]") || []) {
    one.addEventListener("click", () => {
      dialog.close();
      add(`!${one.dataset.scanKind}`);
    });
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "F2" && dialog) {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else dialog.showModal();
    } else if (event.key === "F4") {
      event.preventDefault();
      add("-");
    } else if (event.key === "F8") {
      event.preventDefault();
      form.querySelector("[data-scan-down]")?.click();
    } else if (dialog?.open && /^[1-9]$/.test(event.key)) {
      event.preventDefault();
      dialog.querySelectorAll("[data-scan-kind]")[Number(event.key) - 1]?.click();
    } else if (!dialog?.open && event.target === document.body && (event.key.length === 1 || event.key === "Enter")) {
      toField(); // whoever clicked elsewhere goes on scanning
      if (event.key === "Enter") form.requestSubmit();
    }
  }, true);
  window.addEventListener("online", work);
  root.dataset.idle = "1";
  toField();
  work();
}
