// Blocking script in <head>: sets light, dark or auto before the first paint. The buttons carry data-theme-choice.
(function () {
  "use strict";
  const root = document.documentElement;
  const KEY = "gx-theme";
  const known = ["auto", "light", "dark"];

  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be forbidden: the page then follows the system
    }
  }

  function show(theme) {
    root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === theme));
    }
  }

  function choose(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // shown for this page only
    }
    document.cookie = `${KEY}=${theme}; path=/; max-age=31536000; samesite=lax`;
    show(theme);
  }

  const first = stored() || root.dataset.theme;
  show(known.includes(first) ? first : "auto");
  document.addEventListener("DOMContentLoaded", () => show(root.dataset.theme));
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-choice]");
    if (button) choose(button.dataset.themeChoice);
  });
})();
