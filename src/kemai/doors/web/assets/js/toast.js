/* News at the corner: leaves after a while unless it is an error or the pointer rests on it. */
const STAY_MS = 6000;

export function toast(text, level = "info") {
  for (const shown of document.querySelectorAll("#toasts [data-toast]")) {
    if (shown.querySelector(".grow")?.textContent === text) shown.remove(); // the same news twice is one
  }
  const made = document.getElementById("toast-shape")?.content.firstElementChild.cloneNode(true);
  if (!made) return;
  made.classList.add(level);
  made.setAttribute("role", level === "error" ? "alert" : "status");
  made.querySelector(".grow").textContent = text;
  document.getElementById("toasts").append(made);
}

export function startToasts() {
  const host = document.getElementById("toasts");
  if (!host) return;
  for (const shown of host.children) plan(shown);
  new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach(plan))).observe(host, { childList: true });
  host.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest("[data-toast]").remove();
  });
}

function plan(shown) {
  if (!(shown instanceof HTMLElement) || shown.classList.contains("error")) return;
  const leave = () => {
    if (shown.matches(":hover, :focus-within")) return setTimeout(leave, 1500);
    shown.classList.add("leaving");
    return setTimeout(() => shown.remove(), 250);
  };
  setTimeout(leave, STAY_MS);
}
