/* A thin line at the top while a part is fetched, and buttons that stay busy, same width, while a form is sent. */
export function startWaiting() {
  const line = document.getElementById("loading");
  let open = 0;
  const count = (step) => {
    open = Math.max(0, open + step);
    line?.classList.toggle("on", open > 0);
  };
  document.addEventListener("htmx:beforeRequest", () => count(1));
  document.addEventListener("htmx:afterRequest", () => count(-1));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) busy(event.submitter);
  });
  window.addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll(".btn[aria-busy]").forEach(rest));
}

function busy(button) {
  if (!button?.matches("button.btn[data-busy]")) return;
  button.style.setProperty("min-width", `${button.offsetWidth}px`);
  button.dataset.rest = button.querySelector("span")?.textContent ?? "";
  if (button.querySelector("span")) button.querySelector("span").textContent = button.dataset.busy;
  button.setAttribute("aria-busy", "true");
  const form = button.form;
  form?.addEventListener("htmx:afterRequest", () => rest(button), { once: true });
}

/* A script that has answered the form itself gives its button back. */
export function rest(button) {
  button.removeAttribute("aria-busy");
  if (button.querySelector("span") && button.dataset.rest) button.querySelector("span").textContent = button.dataset.rest;
}
