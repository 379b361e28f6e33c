/* Charts drawn by ECharts from the JSON beside them. Colours are read from the style sheet when drawing,
   so a chart redraws on a theme change; the tooltip is drawn in SVG, since HTML tooltips break our content policy. */
import { script } from "./pick.js";
import { forecast } from "./chart-forecast.js";
import { months } from "./chart-months.js";
import { pareto } from "./chart-pareto.js";
import { pairs } from "./chart-pairs.js";
import { heat } from "./chart-heat.js";
import { sankey } from "./chart-sankey.js";
import { pictureWidth, saveChart } from "./chart-save.js";
import { scatter } from "./chart-scatter.js";
import { stack } from "./chart-stack.js";
import { trend } from "./chart-trend.js";
import { placeHandles } from "./cut-handles.js";

const KINDS = { forecast, heat, months, pairs, pareto, sankey, scatter, stack, trend };
const AFTER = { scatter: placeHandles };
const drawn = new Map();

export async function attachCharts(root) {
  const figures = [...root.querySelectorAll("[data-chart]:not([data-ready])")];
  if (!figures.length) return;
  await script("echarts.min.js");
  for (const figure of figures) attach(figure);
}

function attach(figure) {
  figure.dataset.ready = "";
  figure.data = JSON.parse(figure.querySelector("script[type='application/json']").textContent);
  const toggle = document.querySelector(`[data-chart-toggle="${CSS.escape(figure.id)}"]`);
  toggle?.addEventListener("click", () => turn(figure, toggle, !figure.classList.contains("as-table"), true));
  if (toggle) turn(figure, toggle, remembered(figure) === "table", false);
  document.querySelector(`[data-chart-save="${CSS.escape(figure.id)}"]`)?.addEventListener("click", () => save(figure));
  draw(figure);
  new ResizeObserver(() => draw(figure)).observe(figure.querySelector(".chart-view"));
}

function draw(figure) {
  const view = figure.querySelector(".chart-view");
  if (!view.clientWidth || !view.clientHeight) return;
  let chart = drawn.get(figure);
  if (!chart) drawn.set(figure, (chart = begin(view)));
  chart.resize();
  chart.setOption(option(figure, view.clientWidth), { notMerge: true });
  AFTER[figure.dataset.chart]?.(figure, chart, draw);
}

/* A mark that stands for customers leads to their list. */
function begin(view) {
  const chart = window.echarts.init(view, null, { renderer: "svg" });
  chart.on("click", (event) => event.data?.href && location.assign(event.data.href));
  return chart;
}

function option(figure, width) {
  const base = shared();
  const own = KINDS[figure.dataset.chart](figure.data, token, width);
  return { ...base, ...own, tooltip: { ...base.tooltip, ...own.tooltip } };
}

function save(figure) {
  const view = figure.querySelector(".chart-view");
  saveChart(view, { ...option(figure, pictureWidth(view)), backgroundColor: token("surface") }, view.getAttribute("aria-label"));
}

/* A value of the style sheet: token("ch-now"). */
function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--k-${name}`).trim();
}

function shared() {
  return {
    animation: false,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    tooltip: {
      trigger: "axis",
      renderMode: "richText",
      confine: true,
      backgroundColor: token("surface"),
      borderColor: token("line-strong"),
      borderWidth: 1,
      padding: [6, 10],
      textStyle: { color: token("ink"), fontSize: 12 },
      axisPointer: { type: "shadow", shadowStyle: { color: token("ink"), opacity: 0.05 } },
    },
  };
}

function turn(figure, toggle, table, keep) {
  figure.classList.toggle("as-table", table);
  toggle.setAttribute("aria-pressed", String(table));
  if (keep) localStorage.setItem(`chart:${figure.dataset.chart}`, table ? "table" : "chart");
  if (!table) draw(figure);
}

function remembered(figure) {
  return localStorage.getItem(`chart:${figure.dataset.chart}`);
}

function redrawAll() {
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) draw(figure);
    else {
      chart.dispose();
      drawn.delete(figure);
    }
  }
}

document.addEventListener("kemai:theme", redrawAll);
document.addEventListener("htmx:afterSettle", () => redrawAll());
document.addEventListener("kemai:trial", (event) => {
  const figure = document.getElementById(event.detail.chart);
  if (!figure?.data) return;
  figure.data.trial = event.detail.cuts;
  draw(figure);
});
