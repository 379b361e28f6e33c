/* What was, as bars; what is ahead, as lighter bars with the band drawn over them. Amounts come in fen. */

export function forecast(data, token, width) {
  const narrow = width < 520;
  const highest = [...data.past.map(([, fen]) => Math.abs(fen)), ...data.ahead.map(([, mean, , high]) => high ?? mean), 1];
  const largest = Math.max(...highest);
  const [, fenInOne, places, before, behind] = data.units.find(([least]) => largest >= least);
  const scale = (fen) => (fen === null || fen === undefined ? null : fen / fenInOne);
  const labels = [...data.past, ...data.ahead].map(([month]) => month);
  const gap = Array(data.past.length).fill(null);
  const text = { color: token("ink-3"), fontSize: 11 };
  const spoken = (value) => (value === null || value === undefined ? "—" : `${value < 0 ? "−" : ""}${before}${Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places })}${before ? behind : ` ${behind}`}`);
  const bands = data.ahead.map(([, , low, high], at) => [data.past.length + at, scale(low), scale(high)]).filter(([, low]) => low !== null);
  return {
    grid: { left: 8, right: 10, top: 26, bottom: 4, containLabel: true },
    xAxis: { type: "category", data: labels.map((month) => month.slice(2)), axisTick: { show: false }, axisLine: { lineStyle: { color: token("line-strong") } }, axisLabel: { ...text, interval: narrow ? "auto" : labels.length > 26 ? 2 : 0, hideOverlap: true, formatter: (label, at) => (at === 0 || label.endsWith("-01") || narrow ? label : label.slice(-2)) } },
    yAxis: { type: "value", name: before + behind, nameTextStyle: { ...text, align: "left", padding: [0, 0, -2, -14] }, splitNumber: 4, splitLine: { lineStyle: { color: token("ch-grid") } }, axisLabel: text },
    series: [
      { type: "bar", name: data.pastLabel, stack: "months", data: data.past.map(([, fen]) => scale(fen)), itemStyle: { color: token("ch-now"), borderRadius: [2, 2, 0, 0] }, barCategoryGap: "30%" },
      { type: "bar", name: data.aheadLabel, stack: "months", data: [...gap, ...data.ahead.map(([, mean]) => scale(mean))], itemStyle: { color: token("ch-soft"), borderColor: token("ch-now"), borderType: "dashed", borderRadius: [2, 2, 0, 0] } },
      { type: "custom", name: data.bandLabel, data: bands, silent: true, z: 5, encode: { x: 0, y: [1, 2] }, renderItem: (_params, api) => whisker(api, token("ink-2")) },
    ],
    tooltip: {
      formatter: (lines) => {
        const at = lines[0].dataIndex;
        if (at < data.past.length) return `${labels[at]}\n${data.pastLabel}  ${spoken(scale(data.past[at][1]))}`;
        const [month, mean, low, high] = data.ahead[at - data.past.length];
        const band = low === null || low === undefined ? "" : `\n${data.bandLabel}  ${spoken(scale(low))} – ${spoken(scale(high))}`;
        return `${month}\n${data.aheadLabel}  ${spoken(scale(mean))}${band}`;
      },
    },
  };
}

/* A line from low to high with a stroke at each end. */
function whisker(api, color) {
  const [x, top] = api.coord([api.value(0), api.value(2)]);
  const [, bottom] = api.coord([api.value(0), api.value(1)]);
  const half = Math.min(api.size([1, 0])[0] * 0.16, 6);
  const stroke = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: color, lineWidth: 1.2 } });
  return { type: "group", children: [stroke(x, top, x, bottom), stroke(x - half, top, x + half, top), stroke(x - half, bottom, x + half, bottom)] };
}
