/* The cuts of a scatter as handles: dragged by pointer, or moved with the arrow keys (Shift for ten steps).
   Each belongs to a number field (`cut.field`), which speaks for it in the form; a change is told by one event "change". */
import { toPlace, toValue } from "./chart-scatter.js";

export function placeHandles(figure, chart, redraw) {
  const view = figure.querySelector(".chart-view");
  let layer = figure.querySelector(".cut-handles");
  if (!layer) {
    layer = document.createElement("div");
    layer.className = "cut-handles";
    view.after(layer);
    for (const [name, axis] of axes(figure)) axis.cuts.forEach((cut) => layer.append(handle(figure, chart, name, axis, cut, redraw)));
  }
  const area = chart.getModel().getComponent("grid").coordinateSystem.getRect();
  for (const knob of layer.children) knob.lay(area, view);
}

const axes = (figure) => [["x", figure.data.x], ["y", figure.data.y]];

function handle(figure, chart, name, axis, cut, redraw) {
  const knob = document.createElement("div");
  knob.className = `cut-handle ${name}`;
  knob.tabIndex = 0;
  for (const [key, text] of Object.entries({ role: "slider", "aria-label": cut.label, "aria-orientation": name === "x" ? "horizontal" : "vertical", "aria-valuemin": axis.min, "aria-valuemax": axis.max })) knob.setAttribute(key, text);
  const field = document.getElementById(cut.field);
  const say = () => knob.setAttribute("aria-valuenow", String(cut.value));
  const move = (value, isDone) => {
    cut.value = Math.min(Math.max(Math.round(value / cut.step) * cut.step, axis.min), axis.max);
    field.value = String(Math.round(cut.value * 100) / 100);
    say();
    redraw(figure);
    if (isDone) field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  knob.lay = (area, view) => lay(knob, chart, name, toPlace(axis, cut.value), area, view);
  knob.addEventListener("keydown", (event) => {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way) return;
    event.preventDefault();
    move(cut.value + way * cut.step * (event.shiftKey ? 10 : 1), true);
  });
  knob.addEventListener("pointerdown", (event) => drag(event, knob, figure, chart, name, axis, move));
  field.addEventListener("input", () => {
    const typed = Number(field.value);
    if (field.value === "" || !Number.isFinite(typed)) return;
    cut.value = typed;
    say();
    redraw(figure);
  });
  say();
  return knob;
}

function lay(knob, chart, name, place, area, view) {
  const at = chart.convertToPixel(name === "x" ? { xAxisIndex: 0 } : { yAxisIndex: 0 }, place);
  const [left, top] = [view.offsetLeft, view.offsetTop];
  Object.assign(knob.style, name === "x"
    ? { left: `${left + at - 8}px`, top: `${top + area.y}px`, height: `${area.height}px`, width: "16px" }
    : { left: `${left + area.x}px`, top: `${top + at - 8}px`, width: `${area.width}px`, height: "16px" });
}

function drag(event, knob, figure, chart, name, axis, move) {
  event.preventDefault();
  knob.focus();
  knob.setPointerCapture(event.pointerId);
  const valueAt = (moved) => {
    const box = figure.querySelector(".chart-view").getBoundingClientRect();
    const place = name === "x" ? chart.convertFromPixel({ xAxisIndex: 0 }, moved.clientX - box.left) : chart.convertFromPixel({ yAxisIndex: 0 }, moved.clientY - box.top);
    return toValue(axis, place);
  };
  const go = (moved) => move(valueAt(moved), false);
  const done = (moved) => {
    knob.removeEventListener("pointermove", go);
    move(valueAt(moved), true);
  };
  knob.addEventListener("pointermove", go);
  knob.addEventListener("pointerup", done, { once: true });
}
