// First steps that happen in the browser alone are told to the server once per page; Today shows them ticked.
const csrf = () => document.querySelector('meta[name="gx-csrf"]')?.content || "";
const told = new Set(JSON.parse(sessionStorage.getItem("gx-steps") || "[]"));

document.addEventListener("gx:step", (event) => {
  const code = event.detail;
  if (told.has(code)) return;
  told.add(code);
  sessionStorage.setItem("gx-steps", JSON.stringify([...told]));
  fetch(document.body.dataset.stepsUrl.replace("CODE", code), {
    method: "POST",
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" },
    credentials: "same-origin",
    keepalive: true,
  }).then(() => document.getElementById("gx-first-steps") && tick(code)).catch(() => {});
});

function tick(code) {
  const item = document.querySelector(`[data-step="${CSS.escape(code)}"]`);
  item?.classList.add("gx-first--taken");
  item?.querySelector("use")?.setAttribute("href", item.querySelector("use").getAttribute("href").replace(/#.*/, "#circle-check"));
}
