// The stage: the button or the space key does the next step; frames go where the story goes, and change live in between.
const SETTLE_MS = 1200;
const stage = document.querySelector("[data-stage]");
const one = (selector) => stage.querySelector(selector);
const seats = stage ? [...stage.querySelectorAll("[data-seat]")] : [];
const form = stage && one("[data-stage-next]");
let busy = false;

function isTyping(target) {
  return target instanceof Element || target?.nodeType === 1 ? target.closest?.("input, textarea, select, button, a, summary, [contenteditable]") !== null : false;
}

function pressed(event) {
  if (event.code !== "Space" || event.repeat || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  event.preventDefault();
  next();
}

// The frames are of our own origin: a key pressed in one of them counts as well.
function listen(frame) {
  frame.contentWindow?.addEventListener("keydown", pressed);
}

function show(seat) {
  for (const one of seats) one.classList.toggle("is-shown", one.dataset.seat === seat);
  for (const tab of stage.querySelectorAll("[data-tab]")) tab.setAttribute("aria-selected", String(tab.dataset.tab === seat));
}

function marks(step) {
  [...stage.querySelectorAll("[data-mark]")].forEach((mark, place) => mark.classList.toggle("is-done", place < step));
}

function goTo(seat, address, isSomebodyElse) {
  const frame = seat.querySelector("iframe");
  const here = frame.contentWindow.location;
  if (here.pathname !== address || isSomebodyElse) {
    frame.contentWindow.location.replace(address);
    return;
  }
  // What hears no live stream is loaded again, a moment later; all else changes by itself.
  setTimeout(() => {
    if (!frame.contentDocument?.querySelector('meta[name="gx-live"]')) here.reload();
  }, SETTLE_MS);
}

function tell(told) {
  stage.dataset.step = told.step;
  form.elements.step.value = told.step;
  form.querySelector("button").disabled = told.is_over;
  one("[data-count]").textContent = `${told.step} / ${told.total}`;
  one("[data-by]").textContent = one(`[data-role="${told.by}"]`)?.textContent ?? "";
  one("[data-title]").textContent = told.title;
  one("[data-words]").textContent = told.words;
  one("[data-upcoming]").textContent = told.upcoming;
  one("[data-upcoming-words]").hidden = !told.upcoming;
  const stuck = one("[data-stuck]");
  stuck.hidden = !told.stuck;
  stuck.textContent = told.stuck;
  marks(told.step);
  for (const seat of seats) {
    const code = seat.dataset.seat;
    const name = seat.querySelector("[data-name]");
    const isSomebodyElse = name.textContent !== told.names[code];
    name.textContent = told.names[code];
    seat.classList.toggle("is-acting", told.by === code);
    goTo(seat, told.frames[code], isSomebodyElse);
  }
  if (told.by && told.by !== "system") show(told.by);
}

async function next() {
  if (busy || form.querySelector("button").disabled) return;
  busy = true;
  stage.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(stage.dataset.next, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Requested-With": "fetch" },
    });
    if (!answer.ok || answer.redirected) return void location.reload();
    tell(await answer.json());
  } finally {
    busy = false;
    stage.removeAttribute("aria-busy");
  }
}

if (stage) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    next();
  });
  document.addEventListener("keydown", pressed);
  for (const seat of seats) {
    const frame = seat.querySelector("iframe");
    frame.addEventListener("load", () => listen(frame));
    listen(frame);
  }
  for (const tab of stage.querySelectorAll("[data-tab]")) tab.addEventListener("click", () => show(tab.dataset.tab));
  marks(Number(stage.dataset.step));
  show("buyer");
}
