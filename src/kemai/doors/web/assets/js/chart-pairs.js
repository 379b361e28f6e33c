/* Two bars a group: what was expected beside what came. */
export function pairs(data, token) {
  const text = { color: token("ink-3"), fontSize: 11 };
  const bars = (name, values, color) => ({ name, type: "bar", data: values, barMaxWidth: 22, itemStyle: { color: token(color) } });
  return {
    legend: { top: 0, right: 8, itemWidth: 10, itemHeight: 10, textStyle: text },
    grid: { left: 8, right: 12, top: 28, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: data.labels, name: data.axis, nameLocation: "middle", nameGap: 24, nameTextStyle: text, axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: text },
    yAxis: { type: "value", splitNumber: 3, splitLine: { lineStyle: { color: token("ch-grid") } }, axisLabel: text },
    series: [bars(data.firstLabel, data.first, "ch-prev"), bars(data.secondLabel, data.second, "ch-now")],
  };
}
