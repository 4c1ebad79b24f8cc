// Chat on a site of one's own: <script src="https://HOUSE/static/gx/chat-widget.js" data-label="Chat" async></script>
// It adds one button; pressed, it opens our chat in a frame. The house allows the site in its settings (Web chat).
(() => {
  const tag = document.currentScript;
  if (!tag || document.getElementById("gx-chat-widget")) return;
  const house = new URL("../../", tag.src); // wherever the house stands, also below a path
  const language = tag.dataset.lang ? `&lang=${encodeURIComponent(tag.dataset.lang)}` : "";
  const label = tag.dataset.label || "Chat";
  const dress = (element, style) => Object.assign(element.style, style);

  const frame = dressed("iframe", { display: "none", position: "fixed", right: "16px", bottom: "76px", zIndex: "2147483000", width: "min(380px, calc(100vw - 32px))", height: "min(620px, calc(100vh - 100px))", border: "1px solid #86837b", borderRadius: "10px", background: "#ffffff" });
  frame.title = label;
  const button = dressed("button", { position: "fixed", right: "16px", bottom: "16px", zIndex: "2147483000", minHeight: "46px", padding: "8px 18px", border: "0", borderRadius: "8px", background: "#0b5f78", color: "#ffffff", font: "600 15px system-ui, sans-serif", cursor: "pointer" });
  button.id = "gx-chat-widget";
  button.type = "button";
  button.textContent = label;
  button.setAttribute("aria-expanded", "false");

  function dressed(name, style) {
    const element = document.createElement(name);
    dress(element, style);
    return element;
  }

  function turn(open) {
    if (open && !frame.src) frame.src = `${house.href}chat/?embedded=1${language}`;
    frame.style.display = open ? "block" : "none";
    button.setAttribute("aria-expanded", String(open));
  }

  button.addEventListener("click", () => turn(frame.style.display === "none"));
  document.addEventListener("keydown", (event) => event.key === "Escape" && turn(false));
  const place = () => document.body.append(frame, button);
  if (document.body) place();
  else document.addEventListener("DOMContentLoaded", place);
})();
