// Web chat, both sides: a line is kept on this device until the server has it, sent again under the same key after a cut, and
// shown as waiting meanwhile; the conversation is drawn anew without leaving the page. The form works without any of this.
import { forget, keep } from "./drafts.js";

const AGAIN_S = [2, 4, 8, 15, 30];
const HERE_MS = 25_000;
const LATER = new Set([0, 429, 502, 503, 504]);

function newKey() {
  return crypto.randomUUID?.() || [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

class Outbox {
  constructor(form) {
    this.form = form;
    this.place = form.querySelector("[data-chat-outbox]");
    this.name = `gx-chat:${document.querySelector('meta[name="gx-person"]')?.content || ""}:${form.dataset.chat}`;
    this.lines = this.read();
    this.tries = 0;
    this.busy = false;
    this.draw();
    this.send();
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.name) || "[]").filter((one) => one.key && one.text);
    } catch {
      return [];
    }
  }

  keep() {
    try {
      if (this.lines.length) localStorage.setItem(this.name, JSON.stringify(this.lines));
      else localStorage.removeItem(this.name);
    } catch {
      // the lines live as long as the page
    }
    this.draw();
  }

  draw() {
    this.place.replaceChildren(
      ...this.lines.map((line) => {
        const item = document.createElement("li");
        const state = document.createElement("small");
        item.textContent = line.text;
        state.textContent = line.failed || line.wait || this.form.dataset.chatWaiting;
        if (line.failed) item.dataset.failed = "";
        item.append(state);
        return item;
      }),
    );
  }

  add(text) {
    this.lines.push({ key: newKey(), text });
    this.keep();
    this.send();
  }

  body(line) {
    const body = new FormData(this.form);
    body.set("text", line.text);
    body.set("key", line.key);
    body.delete("files"); // these go on their own
    return body;
  }

  async send() {
    const line = this.lines.find((one) => !one.failed);
    if (this.busy || !line) return;
    clearTimeout(this.timer);
    this.busy = true;
    let answer = { status: 0 };
    try {
      answer = await fetch(this.form.action, { method: "POST", body: this.body(line), headers: { "X-Gx-Form": "1", Accept: "text/html" } });
    } catch {
      // no connection
    }
    this.busy = false;
    if (LATER.has(answer.status)) {
      line.wait = answer.status === 429 ? await wordsOf(answer) : "";
      this.keep();
      this.timer = setTimeout(() => this.send(), AGAIN_S[Math.min(this.tries++, AGAIN_S.length - 1)] * 1000);
      return;
    }
    this.tries = 0;
    if (answer.ok) this.lines = this.lines.filter((one) => one !== line);
    else await this.failed(line, answer);
    this.keep();
    refresh();
    this.send();
  }

  // What the server refuses stays visible with its words, and can be copied.
  async failed(line, answer) {
    line.failed = (await wordsOf(answer)) || this.form.dataset.chatFailed;
  }
}

// Files cannot be kept on this device: they go at once with the words beside them, and all stays in the form until they arrived.
class Parcel {
  constructor(form) {
    this.form = form;
    this.field = form.querySelector('input[type="file"]');
    this.place = form.querySelector("[data-fault]");
    this.busy = false;
  }

  get full() {
    return Boolean(this.field?.files.length);
  }

  tell(words) {
    this.place.hidden = !words;
    this.place.querySelector("span").textContent = words;
  }

  async send() {
    if (this.busy || !this.field.checkValidity()) return;
    this.busy = true;
    this.form.setAttribute("aria-busy", "true");
    let answer = { status: 0 };
    try {
      answer = await fetch(this.form.action, { method: "POST", body: new FormData(this.form), headers: { "X-Gx-Form": "1", Accept: "text/html" } });
    } catch {
      // no connection: pressed again it is the same sending, by its key
    }
    this.busy = false;
    this.form.removeAttribute("aria-busy");
    if (!answer.ok) return this.tell(answer.status ? await wordsOf(answer) || this.form.dataset.chatFailed : this.form.dataset.chatFailed);
    this.form.elements.namedItem("key").value = newKey();
    this.field.value = "";
    this.field.gxKept = [];
    this.form.removeAttribute("data-hold");
    this.field.closest("[data-files]").querySelector("[data-list]").replaceChildren();
    this.tell("");
    clear(this.form);
    refresh();
  }
}

// What the server says to a line or files it does not take.
async function wordsOf(answer) {
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return [...page.querySelectorAll("[data-chat] .gx-error:not([hidden]) span, h1 ~ p")].map((one) => one.textContent.trim()).find(Boolean);
}

function clear(form) {
  const area = form.querySelector("textarea");
  area.value = "";
  area.dispatchEvent(new Event("input", { bubbles: true }));
  forget(form);
  delete form.dataset.written;
  area.focus();
}

function refresh() {
  const chat = document.getElementById("gx-chat");
  if (chat) window.htmx?.trigger(chat, "gx:live");
}

function settle() {
  const chat = document.getElementById("gx-chat");
  const lines = chat?.querySelector(".gx-chat-lines");
  if (lines) lines.scrollTop = lines.scrollHeight;
  if (chat?.dataset.over !== "yes") return;
  for (const part of document.querySelectorAll("[data-chat-writing]")) {
    const area = part.querySelector("textarea");
    part.hidden = !(area && area.value.trim()) && !part.querySelector("[data-chat-outbox] li");
  }
}

const form = document.querySelector("form[data-chat]");
if (form) {
  const outbox = new Outbox(form);
  const parcel = new Parcel(form);
  const area = form.querySelector("textarea");
  form.addEventListener("submit", (event) => {
    event.preventDefault(); // form.js leaves it alone
    const text = area.value.trim();
    if (area.dataset.most && [...text].length > Number(area.dataset.most)) return area.focus();
    if (parcel.full) return parcel.send();
    if (!text) return area.focus();
    clear(form);
    outbox.add(text);
  });
  area.addEventListener("input", () => keep(form));
  window.addEventListener("online", () => outbox.send());
  const here = form.dataset.chatHere;
  if (here) {
    setInterval(() => {
      const body = new FormData();
      body.set("proof", form.elements.namedItem("proof").value);
      if (document.getElementById("gx-chat")?.dataset.over !== "yes") fetch(here, { method: "POST", body }).then(refresh, () => {});
    }, HERE_MS);
  }
}
document.addEventListener("htmx:afterSettle", (event) => event.target.id === "gx-chat" && settle());
settle();
