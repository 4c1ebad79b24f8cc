// The desk of a case: moving between disputed points, evidence large, the ruling's amounts, texts and whether it needs approval.
const large = document.getElementById("gx-large");

function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

// -- points and pictures -----------------------------------------------------------------------------------

function points() {
  return [...document.querySelectorAll("[data-point]")];
}

function step(by) {
  const all = points();
  if (all.length === 0) return;
  const at = all.findIndex((one) => one.contains(document.activeElement));
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function show(link) {
  if (!large || !link) return;
  const image = document.createElement("img");
  image.src = link.dataset.largeFull || link.dataset.large;
  image.alt = link.dataset.largeName || "";
  large.querySelector("[data-large-title]").textContent = link.dataset.largeName || "";
  large.querySelector("[data-large-body]").replaceChildren(image);
  if (!large.open) large.showModal();
}

function pictures() {
  const row = document.activeElement?.closest("[data-point]");
  return [...(row || document).querySelectorAll("[data-large]")];
}

document.addEventListener("keydown", (event) => {
  // Out of a field of the ruling, so that its keys are heard again: from the amount to the reasons without a mouse.
  if (event.key === "Escape" && !event.isComposing && event.target.closest?.("#gx-ruling")) event.target.blur();
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (large?.open && event.key === " ") {
    event.preventDefault();
    large.close();
    return;
  }
  if (document.querySelector("dialog:modal")) return;
  if (event.key === "[" || event.key === "]") {
    event.preventDefault();
    step(event.key === "]" ? 1 : -1);
  } else if (event.key === " " && !event.target.closest("button, summary, label")) {
    const found = document.activeElement?.matches("[data-large]") ? document.activeElement : pictures()[0];
    if (!found) return;
    event.preventDefault();
    show(found);
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-large]");
  if (link && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    show(link);
  }
});

// -- the ruling --------------------------------------------------------------------------------------------

function minor(text, digits) {
  const number = Number(text.replaceAll(",", "").trim());
  return Number.isFinite(number) ? Math.round(number * 10 ** digits) : 0;
}

function tell(form) {
  const of = (name) => form.elements[name];
  const outcome = new FormData(form).get("outcome");
  const ordered = form.querySelector("[data-ordered]");
  const none = outcome === "not_upheld";
  ordered.hidden = none;
  for (const field of ordered.querySelectorAll("input")) field.disabled = none;
  const shape = form.querySelector('[name="remedy"]:checked')?.dataset.shape || "";
  for (const part of form.querySelectorAll("[data-for]")) {
    const off = none || part.dataset.for !== shape;
    part.hidden = off;
    for (const field of part.querySelectorAll("input")) field.disabled = off;
  }
  const amount = none || shape !== "money" ? 0 : minor(of("amount")?.value || "", Number(form.dataset.digits));
  const over = form.dataset.over === "" ? Infinity : Number(form.dataset.over);
  const always = form.dataset.always === "yes";
  const marked = Boolean(of("penalty")?.value || of("publish")?.checked || of("against_staff")?.checked);
  const needs = always || marked || amount > over;
  for (const words of form.querySelectorAll("[data-approval]")) words.hidden = (words.dataset.approval === "yes") !== needs;
}

function tellAll() {
  for (const form of document.querySelectorAll("[data-ruling]")) tell(form);
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-ruling]");
  if (form) tell(form);
});
document.addEventListener("click", (event) => {
  const amount = event.target.closest("[data-amount]");
  const text = event.target.closest("[data-text]");
  const fill = event.target.closest("[data-fill]");
  if (fill && fill.tagName === "BUTTON") {
    const field = document.getElementById(fill.dataset.fill);
    if (field) field.value = fill.textContent.trim();
    return;
  }
  const form = event.target.closest("[data-ruling]");
  if (!form || !(amount || text)) return;
  if (amount) form.elements.amount.value = amount.dataset.amount;
  if (text) {
    form.elements.text.value = text.dataset.text;
    text.closest("details").open = false;
    form.elements.text.focus();
  }
  form.elements[amount ? "amount" : "text"].dispatchEvent(new Event("input", { bubbles: true }));
});
tellAll();
document.addEventListener("htmx:afterSwap", tellAll);
