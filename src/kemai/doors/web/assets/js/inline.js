/* Where one writes on: the field a form was refused for, or the one opened for change in place, which the browser's own
   autofocus leaves alone because its address carries a fragment. Esc leaves an open field as it was. */
const WRITES_ON = "#main [aria-invalid=true], #main [data-inline] [autofocus]";

export function startInline() {
  if (document.readyState === "complete") writeOn();
  else window.addEventListener("load", () => setTimeout(writeOn)); // going to the fragment takes the focus away at load
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && !event.isComposing && event.target.closest?.("[data-inline]");
    if (form) form.querySelector("[data-inline-stop]").click();
  });
}

function writeOn() {
  if (document.activeElement !== document.body) return;
  [...document.querySelectorAll(WRITES_ON)].find((field) => field.getClientRects().length)?.focus();
}
