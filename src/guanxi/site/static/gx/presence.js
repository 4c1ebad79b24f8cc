// Heartbeat while the desktop is open: without it, offered work goes back to the queue.
const BEAT_MS = 20_000;
const value = (name) => document.querySelector(`meta[name="${name}"]`)?.content;

async function beat() {
  try {
    await fetch(value("gx-heartbeat"), {
      method: "POST",
      headers: { "X-CSRFToken": value("gx-csrf") || "", "X-Requested-With": "fetch" },
      credentials: "same-origin",
      keepalive: true,
    });
  } catch {
    // live.js shows a lost connection; the next beat tries again
  }
}

if (value("gx-heartbeat")) {
  beat();
  setInterval(beat, BEAT_MS);
}
