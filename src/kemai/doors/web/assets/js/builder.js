/* The filter builder: a changed field asks the server for the form anew; its buttons do so too, the first one applies. */
export function startBuilder() {
  document.addEventListener("change", (event) => {
    const form = event.target.closest?.("[data-builder]");
    if (form) again(form, "show");
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-builder] button[name=do]");
    if (!button || button.value === "apply" || button.value === "show") return;
    event.preventDefault();
    again(button.form, button.value);
  });
}

/* What was added comes under the focus. */
async function again(form, what) {
  const query = new URLSearchParams(new FormData(form));
  query.set("do", what);
  const before = new Set([...form.querySelectorAll("[id]")].map((one) => one.id));
  await window.htmx.ajax("GET", `${form.getAttribute("action")}?${query}`, { target: "#builder", select: "#builder", swap: "outerHTML" });
  const now = document.getElementById("builder");
  if (what.startsWith("add") || what.startsWith("group")) [...now.querySelectorAll("select[id^='f-']")].findLast((one) => !before.has(one.id))?.focus();
}
