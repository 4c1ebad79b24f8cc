// A folded panel (details[data-lazy]) fetches its inside when it is opened the first time; a failure is said in its place
// and can be tried again. What came stays, also when it is folded and opened again.
async function load(fold) {
  const place = fold.querySelector("[data-lazy-in]");
  if (fold.dataset.lazyState === "there" || fold.dataset.lazyState === "coming") return;
  fold.dataset.lazyState = "coming";
  if (!fold.gxSkeleton) fold.gxSkeleton = [...place.childNodes].map((node) => node.cloneNode(true));
  else place.replaceChildren(...fold.gxSkeleton.map((node) => node.cloneNode(true)));
  try {
    const answer = await fetch(fold.dataset.lazy, { headers: { "HX-Request": "true" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const found = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.replaceChildren(...[...found.body.childNodes].map((node) => document.adoptNode(node)));
    window.htmx?.process(place);
    fold.dataset.lazyState = "there";
  } catch {
    place.replaceChildren(fold.querySelector("template").content.cloneNode(true));
    place.querySelector("button").addEventListener("click", () => load(fold));
    fold.dataset.lazyState = "failed";
  }
  place.removeAttribute("aria-busy");
}

document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details[data-lazy]") && event.target.open) load(event.target);
}, true);
