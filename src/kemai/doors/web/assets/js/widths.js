/* Columns of the list keep the width that a person gives them: the edge of a head is dragged, or moved by arrow keys. */
const STEP = 16;

export function startWidths() {
  dress();
  document.addEventListener("htmx:afterSettle", dress);
}

function dress() {
  if (matchMedia("(max-width: 700px)").matches) return;
  for (const head of document.querySelectorAll("th[data-column]:not([data-sized])")) {
    head.dataset.sized = "1";
    if (head.dataset.width) give(head, Number(head.dataset.width));
    head.append(grip(head));
  }
}

function grip(head) {
  const one = document.createElement("span");
  one.className = "th-grip";
  one.tabIndex = 0;
  one.setAttribute("role", "separator");
  one.setAttribute("aria-orientation", "vertical");
  one.setAttribute("aria-label", `${head.closest("table").dataset.widthWord} ${head.textContent.trim()}`);
  one.setAttribute("aria-valuenow", String(Math.round(head.offsetWidth)));
  one.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    give(head, head.offsetWidth + step);
    keep(head);
  });
  one.addEventListener("pointerdown", (event) => drag(head, one, event));
  one.addEventListener("click", (event) => event.preventDefault());
  return one;
}

function drag(head, one, event) {
  event.preventDefault();
  const from = event.clientX - head.offsetWidth;
  const move = (at) => give(head, at.clientX - from);
  one.setPointerCapture(event.pointerId);
  one.addEventListener("pointermove", move);
  one.addEventListener("pointerup", () => {
    one.removeEventListener("pointermove", move);
    keep(head);
  }, { once: true });
}

/* The style sheet hides what is wider than its column. */
function give(head, width) {
  const wide = Math.max(48, Math.min(640, Math.round(width)));
  const at = [...head.parentElement.children].indexOf(head) + 1;
  for (const cell of head.closest("table").querySelectorAll(`tr > :nth-child(${at})`)) {
    for (const edge of ["width", "minWidth", "maxWidth"]) cell.style[edge] = `${wide}px`;
    cell.classList.add("sized");
  }
  head.querySelector(".th-grip")?.setAttribute("aria-valuenow", String(wide));
}

function keep(head) {
  window.htmx.ajax("POST", "/customers/look/", { swap: "none", values: { column: head.dataset.column, width: Math.round(head.offsetWidth) } });
}
