// Steps every <time data-due data-start>: text and bar each minute, each second in the last five minutes.
// Also makes moments relative: <time data-when datetime=...>exact</time> keeps the exact text on hover, and alone after a week.
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WORDS = {
  zh: {
    d: (n) => `${n} 天`, h: (n) => `${n} 时`, m: (n) => `${n} 分`, s: (n) => `${n} 秒`,
    left: (span) => `剩 ${span}`, over: (span) => `超 ${span}`,
    now: "刚刚", ago: (n, unit) => `${n} ${{ m: "分钟", h: "小时", d: "天" }[unit]}前`,
  },
  en: {
    d: (n) => `${n} d`, h: (n) => `${n} h`, m: (n) => `${n} m`, s: (n) => `${n} s`,
    left: (span) => `${span} left`, over: (span) => `${span} over`,
    now: "just now", ago: (n, unit) => `${n} ${unit === "m" ? "min" : unit} ago`,
  },
};

function wordsFor(element) {
  const holder = element.closest("[lang]");
  return holder && holder.lang.startsWith("zh") ? WORDS.zh : WORDS.en;
}

/** Two units at most; a unit of nought is dropped. Same steps as gx/macros.html `span_words`. */
export function spanWords(ms, words) {
  const size = Math.abs(ms);
  if (size < 5 * MINUTE) {
    const m = Math.floor(size / MINUTE);
    const s = Math.floor((size % MINUTE) / 1000);
    return m ? (s ? `${words.m(m)} ${words.s(s)}` : words.m(m)) : words.s(s);
  }
  if (size < 2 * DAY) {
    const h = Math.floor(size / HOUR);
    const m = Math.floor((size % HOUR) / MINUTE);
    return h ? (m ? `${words.h(h)} ${words.m(m)}` : words.h(h)) : words.m(m);
  }
  const d = Math.floor(size / DAY);
  const h = Math.floor((size % DAY) / HOUR);
  return h ? `${words.d(d)} ${words.h(h)}` : words.d(d);
}

function setWidth(bar, percent) {
  const old = [...bar.classList].find((name) => name.startsWith("gx-w-"));
  if (old) bar.classList.remove(old);
  bar.classList.add(`gx-w-${percent}`);
}

function bold(target, text) {
  // The phone's clock shows its numbers large: wrap each run of digits, without innerHTML.
  target.replaceChildren(...text.split(/(\d+)/).filter(Boolean).map((part) => {
    if (!/^\d+$/.test(part)) return document.createTextNode(part);
    const strong = document.createElement("b");
    strong.textContent = part;
    return strong;
  }));
}

function stepDue(element, now) {
  const due = Date.parse(element.dataset.due);
  const start = Date.parse(element.dataset.start || "");
  if (Number.isNaN(due)) return false;
  const left = due - now;
  const words = wordsFor(element);
  const text = left >= 0 ? words.left(spanWords(left, words)) : words.over(spanWords(left, words));
  const label = element.querySelector("[data-clock-text]") || element;
  if (label.textContent !== text) {
    if (element.classList.contains("gx-clock")) bold(label, text);
    else label.textContent = text;
  }
  if (Number.isNaN(start) || due <= start) return Math.abs(left) < 5 * MINUTE;
  const share = Math.max(0, Math.min(1, left / (due - start)));
  element.classList.toggle("gx-left--over", left < 0);
  element.classList.toggle("gx-left--soon", left >= 0 && share <= 0.5);
  const bar = element.querySelector(".gx-track > i");
  if (bar) setWidth(bar, left < 0 ? 100 : Math.max(2, Math.round(share * 100)));
  return Math.abs(left) < 5 * MINUTE;
}

function stepStage(element, now) {
  const due = Date.parse(element.dataset.due);
  const start = Date.parse(element.dataset.start);
  if (due > start) setWidth(element, Math.max(1, Math.min(100, Math.round(((now - start) / (due - start)) * 100))));
}

function stepWhen(element, now) {
  if (!element.title) element.title = element.textContent;
  const size = now - Date.parse(element.dateTime);
  if (Number.isNaN(size) || size < -MINUTE) return; // the future stays exact
  if (size > 7 * DAY) {
    element.textContent = element.title;
    return;
  }
  const words = wordsFor(element);
  const [n, unit] = size < HOUR ? [size / MINUTE, "m"] : size < DAY ? [size / HOUR, "h"] : [size / DAY, "d"];
  element.textContent = n < 1 ? words.now : words.ago(Math.floor(n), unit);
}

// The server's clock counts, not the visitor's: <html data-now> is the moment the page was made.
const madeAt = Date.parse(document.documentElement.dataset.now || "");
const ahead = Number.isNaN(madeAt) ? 0 : madeAt - Date.now();

export function tick() {
  const now = Date.now() + ahead;
  let hurry = false;
  for (const element of document.querySelectorAll("time[data-due]")) hurry = stepDue(element, now) || hurry;
  for (const element of document.querySelectorAll("i[data-due]")) stepStage(element, now);
  for (const element of document.querySelectorAll("time[data-when]")) stepWhen(element, now);
  return hurry;
}

let timer;
function run() {
  clearTimeout(timer);
  const hurry = tick();
  timer = setTimeout(run, hurry ? 1000 : MINUTE - ((Date.now() + ahead) % MINUTE));
}
run();
document.addEventListener("htmx:afterSettle", run);
document.addEventListener("gx:fresh", run);
document.addEventListener("visibilitychange", () => document.hidden || run());
