/* A range and a number in step. Arrows move by the step, PageUp and PageDown by `data-page-step`.
   150 ms after the last move the slider says "settled"; `data-trial` tells a Pareto chart at once. */
const PAUSE_MS = 150;

export function attachSliders(root) {
  for (const slider of root.querySelectorAll("[data-slider]:not([data-ready])")) attach(slider);
}

function attach(slider) {
  slider.dataset.ready = "";
  const range = slider.querySelector("input[type=range]");
  const number = slider.querySelector("input[type=number]");
  let timer = 0;
  const show = () => {
    const share = (range.value - range.min) / (range.max - range.min || 1);
    range.style.setProperty("--v", `${share * 100}%`);
  };
  const moved = (from, to) => {
    if (from.value === "") return;
    to.value = from.value;
    show();
    tellChart(slider);
    clearTimeout(timer);
    timer = setTimeout(() => slider.dispatchEvent(new CustomEvent("settled", { bubbles: true })), PAUSE_MS);
  };
  range.addEventListener("input", () => moved(range, number));
  number.addEventListener("input", () => moved(number, range));
  range.addEventListener("keydown", (event) => {
    const step = { PageUp: 1, PageDown: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    range.value = Number(range.value) + step * Number(range.dataset.pageStep);
    moved(range, number);
  });
  number.form?.addEventListener("reset", () => setTimeout(() => moved(number, range)));
  show();
}

function tellChart(slider) {
  const group = slider.closest("[data-trial]");
  if (!group) return;
  const cuts = [...group.querySelectorAll("[data-slider] input[type=number]")].map((one) => Number(one.value));
  document.dispatchEvent(new CustomEvent("kemai:trial", { detail: { chart: group.dataset.trial, cuts } }));
}
