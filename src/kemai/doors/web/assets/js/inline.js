/* A field that is open for change: Esc leaves it as it was. */
export function startInline() {
  document.addEventListener("keydown", (event) => {
    const form = event.key === "Escape" && !event.isComposing && event.target.closest?.("[data-inline]");
    if (form) form.querySelector("[data-inline-stop]").click();
  });
}
