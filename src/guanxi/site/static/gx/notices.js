// The number of unread notices in the tab's title and on the installed app; opening a notice reads it.
const csrf = () => document.querySelector('meta[name="gx-csrf"]')?.content || "";
const plain = document.title;
let shown = 0;

function show() {
  const count = Number(document.getElementById("gx-bell")?.dataset.titleCount || 0);
  if (count === shown) return;
  shown = count;
  document.title = count > 0 ? `(${count > 99 ? "99+" : count}) ${plain}` : plain;
  if (count > 0) navigator.setAppBadge?.(count)?.catch(() => {});
  else navigator.clearAppBadge?.()?.catch(() => {});
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-read-url]");
  if (!link) return;
  fetch(link.dataset.readUrl, {
    method: "POST",
    headers: { "X-CSRFToken": csrf(), "X-Requested-With": "fetch" },
    credentials: "same-origin",
    keepalive: true, // the page goes away meanwhile
  }).catch(() => {});
});

// All boxes of the page at once.
document.addEventListener("change", (event) => {
  const name = event.target.dataset?.tickAll;
  if (name) for (const box of document.querySelectorAll(`input[name="${name}"]`)) box.checked = event.target.checked;
});

new MutationObserver(show).observe(document.querySelector(".gx-tools") || document.body, { childList: true, subtree: true });
show();
