// Articles beside an answer: `[data-know-say]` puts its words where the answer is being written; while somebody writes in the
// field that `[data-know-suggest]` stands for, what fits the words is fetched after a pause and shown in its place. Alt+1 to
// Alt+3 put them in without leaving the field.
const PAUSE_MS = 700;
const CHARS_MIN = 4;
const CHARS_MAX = 600;
const csrf = () => document.querySelector('meta[name="gx-csrf"]')?.content || "";

function answerField() {
  const names = ["#f-answer", "#f-reasons", "form .gx-field textarea[data-key=a]", "#f-answer-text"];
  const found = names.map((name) => document.querySelector(name)).find(Boolean);
  const dialog = found?.closest("dialog");
  if (dialog && !dialog.open) dialog.showModal();
  return found;
}

function insert(words) {
  const field = answerField();
  if (!field) return;
  const at = field.selectionEnd ?? field.value.length;
  const before = field.value.slice(0, at);
  const gap = before && !before.endsWith("\n") ? "\n" : "";
  field.setRangeText(gap + words, at, at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-know-say]");
  if (button) insert(button.dataset.knowSay);
});

function watch(place) {
  const field = document.getElementById(place.dataset.knowFor);
  if (!field) return;
  let timer = 0;
  let asked = "";
  let turn = 0;
  async function ask() {
    const text = field.value.slice(-CHARS_MAX).trim();
    if (text === asked) return;
    asked = text;
    const mine = ++turn;
    if (text.length < CHARS_MIN) return place.replaceChildren();
    const body = new URLSearchParams({ text });
    for (const kind of (place.dataset.knowKinds || "").split(" ").filter(Boolean)) body.append("kind", kind);
    try {
      const answer = await fetch(place.dataset.knowSuggest, {
        method: "POST", body, credentials: "same-origin",
        headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch", "HX-Request": "true" },
      });
      if (!answer.ok || mine !== turn) return undefined;
      const found = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...[...found.body.childNodes].map((node) => document.adoptNode(node)));
    } catch {
      asked = ""; // the answer itself is not affected; the next pause asks again
    }
    return undefined;
  }
  field.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    const found = /^Digit([1-3])$/.exec(event.code);
    const button = found && place.querySelectorAll("li")[Number(found[1]) - 1]?.querySelector("[data-know-say]");
    if (!button) return;
    event.preventDefault();
    insert(button.dataset.knowSay);
  });
}

for (const place of document.querySelectorAll("[data-know-suggest]")) watch(place);
