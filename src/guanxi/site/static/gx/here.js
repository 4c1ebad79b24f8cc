// Colleagues who have the same page open, beside its title. The page tells the live process every 15 s that it is open, at once
// when somebody writes, and when it closes; what it hears back is shown. Nothing is stored anywhere.
const BEAT_MS = 15_000;
const WRITING_MS = 20_000;
const box = document.getElementById("gx-here");
const page = crypto.randomUUID?.() || String(Math.random());
let wrote = 0;
let told = "";

const doing = () => (Date.now() - wrote < WRITING_MS ? "writing" : "");
const body = (what) => JSON.stringify({ seat: box.dataset.seat, page, doing: what });

function one(person) {
  const mark = document.createElement("span");
  mark.className = "gx-here-one";
  const face = Object.assign(document.createElement("span"), { className: "gx-avatar gx-avatar--round", textContent: person.initials });
  face.setAttribute("aria-hidden", "true");
  const words = person.doing === "writing" ? box.dataset.writing.replace("{name}", person.name) : person.name;
  mark.append(face, Object.assign(document.createElement("span"), { textContent: words }));
  return mark;
}

function show(people) {
  const others = people.filter((person) => person.id !== box.dataset.me);
  const key = JSON.stringify(others);
  if (key === told) return; // read aloud once
  told = key;
  const label = Object.assign(document.createElement("span"), { className: "gx-ink3", textContent: box.dataset.label });
  box.replaceChildren(...(others.length > 0 ? [label, ...others.map(one)] : []));
}

async function beat() {
  const what = doing();
  try {
    const answer = await fetch(box.dataset.url, { method: "POST", body: body(what), headers: { "Content-Type": "text/plain" } });
    if (answer.ok) show((await answer.json()).here);
  } catch {
    show([]); // nobody knows who is there; live.js says that the connection is lost
  }
}

function start() {
  const head = document.querySelector(".gx-page-head > .gx-grow, .gx-page-head");
  if (!head) return;
  box.setAttribute("role", "status");
  head.append(box);
  beat();
  setInterval(beat, BEAT_MS);
  document.addEventListener("gx:here", (event) => show(event.detail));
  document.addEventListener("input", (event) => {
    if (!event.target.closest("main form textarea")) return;
    const before = doing();
    wrote = Date.now();
    if (!before) beat();
  });
  window.addEventListener("pagehide", () => navigator.sendBeacon(box.dataset.url, body("bye")));
  window.addEventListener("pageshow", (event) => event.persisted && beat());
}

if (box) start();
