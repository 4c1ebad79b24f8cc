// Whether somebody is pressing right now, by pointer or by the space bar. Between its beginning and its click a press belongs
// to the very element it began on: were that replaced meanwhile, the browser would send no click at all.
const CLICK_MS = 100; // a finger's click comes a moment after the finger is lifted
let pressed = false;
let timer = 0;

function down() {
  clearTimeout(timer);
  pressed = true;
}

function up() {
  clearTimeout(timer);
  timer = setTimeout(() => (pressed = false), CLICK_MS);
}

export const isPressing = () => pressed;

window.addEventListener("pointerdown", down, true);
for (const end of ["pointerup", "pointercancel", "dragend", "blur"]) window.addEventListener(end, up, true);
window.addEventListener("keydown", (event) => event.key === " " && down(), true);
window.addEventListener("keyup", (event) => event.key === " " && up(), true);
