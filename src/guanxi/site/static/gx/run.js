// In a run an entry form opens with its first field ready: nobody reaches for the mouse between two pieces of work.
const first = document.querySelector("[data-run-focus]") && document.querySelector("main form textarea, main form input:not([type=hidden], [type=file])");
if (first && document.activeElement === document.body) first.focus();
