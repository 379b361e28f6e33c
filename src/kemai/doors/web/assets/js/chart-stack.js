/* Several lines over time, or areas that lie upon each other where `stacked`. */
const SHADES = ["ch-now", "cls-b", "ch-prev", "cls-c", "orange", "green"];

export function stack(data, token) {
  const text = { color: token("ink-3"), fontSize: 11 };
  return {
    grid: { left: 8, right: 34, top: 30, bottom: 4, containLabel: true },
    legend: { top: 0, left: 8, itemWidth: 12, itemHeight: 8, textStyle: { color: token("ink-2"), fontSize: 11 }, icon: "roundRect" },
    xAxis: { type: "category", data: data.labels, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", min: data.stacked ? 0 : undefined, max: data.max ?? undefined, scale: !data.stacked, splitNumber: 4, splitLine: { lineStyle: { color: token("ch-grid") } }, axisLabel: { ...text, formatter: `{value}${data.unit ?? ""}` } },
    tooltip: {
      axisPointer: { type: "line", lineStyle: { color: token("line-strong") } },
      formatter: (lines) => [lines[0].name, ...lines.map((line) => `${line.seriesName}  ${line.value === null || line.value === undefined ? "—" : spoken(line.value)}${data.unit ?? ""}`)].join("\n"),
    },
    series: data.series.map((each, at) => series(each, at, data, token)),
  };
}

function series(each, at, data, token) {
  const color = token(SHADES[at % SHADES.length]);
  return {
    type: "line",
    name: each.name,
    data: each.values,
    symbol: "circle",
    symbolSize: data.labels.length > 16 ? 0 : 4,
    connectNulls: false,
    lineStyle: { color, width: data.stacked ? 1 : 2 },
    itemStyle: { color },
    stack: data.stacked ? "all" : undefined,
    areaStyle: data.stacked ? { color, opacity: 0.75 } : undefined,
  };
}

function spoken(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}
