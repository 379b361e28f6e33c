/* Customers as dots between two axes, with the cuts that make the cells. `cut-handles.js` lets one move the cuts.
   An axis with `root` shows square roots, so that a few large amounts do not press all others into a corner. */
const SHADES = ["cls-a", "yellow-fill", "green-fill", "ch-prev", "orange-fill", "cls-b", "red-fill", "ink-3", "ch-now"];

export const toPlace = (axis, value) => (axis.root ? Math.sign(value) * Math.sqrt(Math.abs(value)) : value);
export const toValue = (axis, place) => (axis.root ? Math.sign(place) * place * place : place);

export function scatter(data, token) {
  const text = { color: token("ink-3"), fontSize: 11 };
  return {
    grid: { left: 8, right: 18, top: 26, bottom: 26, containLabel: true },
    xAxis: { ...axisOf(data.x, text, token), nameLocation: "middle", nameGap: 26 },
    yAxis: axisOf(data.y, text, token),
    tooltip: { trigger: "item", formatter: (it) => it.data.told },
    series: [
      {
        type: "scatter",
        symbolSize: data.points.length > 800 ? 4 : 7,
        data: data.points.map(([x, y, cell, told, href]) => ({ value: [toPlace(data.x, x), toPlace(data.y, y)], told, href, itemStyle: { color: token(SHADES[cell % SHADES.length]), opacity: 0.72 } })),
        markLine: {
          symbol: "none",
          silent: true,
          animation: false,
          label: { show: false },
          lineStyle: { color: token("accent"), type: "dashed", width: 1.25 },
          data: [...data.x.cuts.map((cut) => ({ xAxis: toPlace(data.x, cut.value) })), ...data.y.cuts.map((cut) => ({ yAxis: toPlace(data.y, cut.value) }))],
        },
      },
    ],
  };
}

function axisOf(axis, text, token) {
  const shown = (place) => (axis.groups ? (axis.groups[Math.round(place)] ?? "") : `${spoken(toValue(axis, place) / axis.scale)}${axis.unit}`);
  return {
    type: "value",
    min: axis.groups ? -0.5 : toPlace(axis, axis.min),
    max: axis.groups ? axis.groups.length - 0.5 : toPlace(axis, axis.max),
    interval: axis.groups ? 0.5 : undefined, // from −0.5 on: each group has its tick in the middle
    name: axis.label,
    nameTextStyle: { ...text, align: "left" },
    splitNumber: 5,
    axisLine: { show: true, onZero: false, lineStyle: { color: token("line-strong") } },
    axisTick: { show: false },
    splitLine: { show: !axis.groups, lineStyle: { color: token("ch-grid") } },
    axisLabel: { ...text, showMinLabel: !axis.groups, hideOverlap: true, formatter: (place) => (axis.groups && place % 1 !== 0 ? "" : shown(place)) },
  };
}

function spoken(value) {
  const places = Math.abs(value) < 10 && value % 1 !== 0 ? 1 : 0;
  return value.toLocaleString("en-US", { maximumFractionDigits: places });
}
