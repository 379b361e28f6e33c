/* The chart of relations by mouse or pen: a person dropped on another is put below him, dropped at the side below nobody.
   It fills in the form that stands in each box, so that keyboard and phone do the same without this. */
const FAR = 6;
let held = null;

export function attachPeople(root) {
  for (const chart of root.querySelectorAll("[data-people-chart]:not([data-live])")) {
    chart.dataset.live = "";
    chart.addEventListener("pointerdown", take);
    chart.addEventListener("click", (event) => { if (chart.dataset.dropped) { event.preventDefault(); delete chart.dataset.dropped; } }, true);
  }
}

function take(event) {
  const box = event.target.closest("[data-may-drag]");
  if (!box || event.button !== 0 || event.pointerType === "touch" || event.target.closest("details")) return;
  held = { box, chart: event.currentTarget, x: event.clientX, y: event.clientY, moving: false, over: null };
  addEventListener("pointermove", move);
  addEventListener("pointerup", drop);
  addEventListener("pointercancel", stop);
  addEventListener("keydown", giveUp);
}

function move(event) {
  const dx = event.clientX - held.x, dy = event.clientY - held.y;
  if (!held.moving && Math.hypot(dx, dy) < FAR) return;
  if (!held.moving) {
    held.moving = true;
    held.box.classList.add("held");
    getSelection()?.removeAllRanges();
  }
  event.preventDefault();
  held.box.style.transform = `translate(${dx}px, ${dy}px)`;
  point(target(event));
}

function target(event) {
  const found = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-person], [data-alone]");
  return found && held.chart.contains(found) && found !== held.box ? found : null;
}

function point(found) {
  if (held.over === found) return;
  held.over?.classList.remove("over");
  found?.classList.add("over");
  held.over = found;
}

function drop(event) {
  const { box, chart, moving } = held, found = moving ? target(event) : null;
  stop();
  if (moving) chart.dataset.dropped = "1";
  setTimeout(() => delete chart.dataset.dropped);
  if (!found) return;
  const form = box.querySelector("form"), select = form.elements.superior;
  const wanted = found.dataset.person ?? "";
  if (select.value === wanted || ![...select.options].some((option) => option.value === wanted)) return;
  select.value = wanted;
  form.requestSubmit();
}

function giveUp(event) {
  if (event.key === "Escape") stop();
}

function stop() {
  if (!held) return;
  held.over?.classList.remove("over");
  held.box.classList.remove("held");
  held.box.style.transform = "";
  held = null;
  removeEventListener("pointermove", move);
  removeEventListener("pointerup", drop);
  removeEventListener("pointercancel", stop);
  removeEventListener("keydown", giveUp);
}
