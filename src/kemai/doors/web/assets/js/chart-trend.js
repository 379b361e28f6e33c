/* One small line with its last point marked; a gap stays a gap. */
export function trend(data, token) {
  const text = { color: token("ink-3"), fontSize: 11 };
  const last = data.values.findLastIndex((value) => value !== null);
  return {
    grid: { left: 4, right: 14, top: 10, bottom: 2, containLabel: true },
    xAxis: { type: "category", data: data.labels, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { type: "value", scale: true, splitNumber: 2, splitLine: { lineStyle: { color: token("ch-grid") } }, axisLabel: text },
    tooltip: {
      axisPointer: { type: "line", lineStyle: { color: token("line-strong") } },
      formatter: ([line]) => `${line.name}  ${line.value ?? "—"} ${line.value === undefined ? "" : data.unit}`,
    },
    series: [
      {
        type: "line",
        data: data.values,
        symbol: "none",
        connectNulls: false,
        lineStyle: { color: token("ch-now"), width: 1.5 },
        itemStyle: { color: token("ch-now") },
        markPoint: last < 0 ? undefined : { symbol: "circle", symbolSize: 6, silent: true, itemStyle: { color: token("accent") }, label: { show: false }, data: [{ coord: [last, data.values[last]] }] },
      },
    ],
  };
}
