// Writing an answer: what stands in the field is kept on the server while somebody writes; saved replies are found, previewed and
// inserted by keys (E, or / and a code, then Tab). A gap ⟦…⟧ that nobody filled is selected first; the server refuses it too.
const GAP = /⟦[^⟦⟧]*⟧/;
const TYPED = /(?:^|\s)\/([a-z0-9-]{1,30})$/;
const KEEP_MS = 1200;
let timer = 0;
let busy = false;
let again = false;

const box = () => document.querySelector("[data-answering]");
const areaOf = (one) => document.getElementById(one.dataset.field);
const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) || "";

function post(url, values) {
  const body = new URLSearchParams({ ...values, csrfmiddlewaretoken: cookie("gx_csrf") });
  return fetch(url, { method: "POST", body, keepalive: true, headers: { Accept: "application/json" } });
}

// -- drafts ------------------------------------------------------------------------------------------------

function say(one, words) {
  const place = one.querySelector("[data-writing-said]");
  if (place && place.textContent !== words) place.textContent = words;
}

async function keep() {
  clearTimeout(timer);
  const one = box();
  const area = one && areaOf(one);
  if (!area || area.form.dataset.sent) return;
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const answer = await post(one.dataset.keep, { text: area.value, version: one.dataset.version });
    if (answer.ok || answer.status === 409) {
      const told = await answer.json();
      one.dataset.version = told.version || 0;
      say(one, answer.ok ? (told.at ? one.dataset.kept.replace("{at}", told.at) : "") : told.said);
    } else say(one, one.dataset.lost);
  } catch {
    say(one, one.dataset.lost); // form.js keeps it on this device
  }
  busy = false;
  if (again) {
    again = false;
    keep();
  }
}

document.addEventListener("input", (event) => {
  const one = box();
  if (!one || event.target !== areaOf(one)) return;
  clearTimeout(timer);
  timer = setTimeout(keep, KEEP_MS);
  if (event.data === "/") load();
});
document.addEventListener("submit", () => clearTimeout(timer), true);
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && timer && keep());

// -- saved replies -----------------------------------------------------------------------------------------

const fold = () => document.querySelector("details[data-replies]");
const rows = () => [...document.querySelectorAll("#gx-replies-list > li")];
const shown = () => rows().filter((row) => !row.hidden);
const chosen = () => shown().find((row) => row.getAttribute("aria-selected") === "true");

async function load() {
  const place = fold();
  if (!place || place.dataset.there) return;
  place.dataset.there = "coming";
  try {
    const answer = await fetch(place.dataset.replies, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.querySelector("[data-replies-in]").replaceChildren(...[...found.body.childNodes].map((node) => document.adoptNode(node)));
    place.dataset.there = "yes";
    choose(shown()[0]);
  } catch {
    delete place.dataset.there; // opening it again tries again
    place.open = false;
  }
}

function preview(row) {
  const place = document.querySelector("[data-replies-preview]");
  if (!place) return;
  const parts = (row?.dataset.text || "").split(/(⟦[^⟦⟧]*⟧)/);
  place.replaceChildren(...parts.map((part) => {
    if (!GAP.test(part)) return document.createTextNode(part);
    return Object.assign(document.createElement("mark"), { textContent: part });
  }));
}

function choose(row) {
  for (const one of rows()) one.setAttribute("aria-selected", String(one === row));
  const find = document.querySelector("[data-replies-find]");
  if (row && find) find.setAttribute("aria-activedescendant", row.id);
  row?.scrollIntoView({ block: "nearest" });
  preview(row);
}

function narrow(text) {
  const words = text.trim().toLowerCase().replace(/^\//, "");
  for (const row of rows()) row.hidden = !`${row.dataset.code} ${row.textContent}`.toLowerCase().includes(words);
  choose(shown()[0]);
}

function selectGap(area) {
  const gap = area.value.match(GAP);
  area.focus();
  if (gap) area.setSelectionRange(gap.index, gap.index + gap[0].length);
  return Boolean(gap);
}

function act(form, steps) {
  if (steps.includes("next")) {
    const next = form.querySelector("input[name=then]") || Object.assign(document.createElement("input"), { type: "hidden", name: "then" });
    next.value = "next";
    form.append(next);
  }
  const buttons = [...form.querySelectorAll("button[type=submit]")].filter((one) => one.name !== "writer");
  const resolves = buttons.find((one) => one.getAttribute("formaction")?.includes("/resolve/"));
  if (steps.includes("resolve")) resolves && form.requestSubmit(resolves); // a case with issues is resolved by them
  else if (steps.includes("answer")) form.requestSubmit(buttons.find((one) => !one.hasAttribute("formaction")));
}

function insert(row, from, to) {
  const one = box();
  const area = one && areaOf(one);
  if (!area || !row) return;
  area.setRangeText(row.dataset.text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  fold().open = false;
  const open = selectGap(area);
  const counted = post(one.dataset.use, { reply: row.dataset.reply }).catch(() => {});
  const steps = (row.dataset.steps || "").split(" ").filter(Boolean);
  if (!open && steps.length > 0) counted.then(() => act(area.form, steps));
}

document.addEventListener("toggle", async (event) => {
  if (!event.target.matches?.("details[data-replies]") || !event.target.open) return;
  await load();
  const find = document.querySelector("[data-replies-find]");
  if (find) {
    find.value = "";
    narrow("");
    find.focus();
  }
}, true);

document.addEventListener("input", (event) => event.target.matches?.("[data-replies-find]") && narrow(event.target.value));
document.addEventListener("click", (event) => {
  const row = event.target.closest?.("#gx-replies-list > li");
  if (row) insertAtCaret(row);
});

function insertAtCaret(row) {
  const area = areaOf(box());
  insert(row, area.selectionStart, area.selectionEnd);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.target.matches?.("[data-replies-find]")) inFind(event);
  else if (event.key === "Escape" && box() && event.target === areaOf(box())) event.target.blur(); // so that R, B and T are heard again
  else if (event.key === "Tab" && !event.shiftKey && box() && event.target === areaOf(box())) typed(event);
});

function inFind(event) {
  const all = shown();
  const at = all.indexOf(chosen());
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) {
    event.preventDefault();
    choose(all[(at + steps[event.key] + all.length) % all.length]);
  } else if (event.key === "Enter") {
    event.preventDefault(); // never sends the answer from here
    if (chosen()) insertAtCaret(chosen());
  } else if (event.key === "Escape") {
    fold().open = false;
    areaOf(box()).focus();
  }
}

function typed(event) {
  const area = event.target;
  const before = area.value.slice(0, area.selectionStart);
  const found = before.match(TYPED);
  const row = found && rows().find((one) => one.dataset.code === found[1]);
  if (!row) {
    const gap = area.value.slice(area.selectionEnd).match(GAP);
    if (!gap) return; // Tab goes on as everywhere
    event.preventDefault();
    const from = area.selectionEnd + gap.index;
    area.setSelectionRange(from, from + gap[0].length);
    return;
  }
  event.preventDefault();
  insert(row, before.length - found[1].length - 1, before.length);
}
