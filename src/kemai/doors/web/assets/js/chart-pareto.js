/* Few customers carry most of the value: the cumulative curve over class bands, and dashed lines for a what-if. */
const OPACITY = { A: 0.16, B: 0.3, C: 0.45 };

export function pareto(data, token, width) {
  const narrow = width < 520;
  const text = { color: token("ink-3"), fontSize: 11 };
  const axis = { type: "value", min: 0, max: 100, axisLabel: { ...text, formatter: "{value}%" } };
  return {
    grid: { left: 8, right: 18, top: 24, bottom: 24, containLabel: true },
    xAxis: { ...axis, interval: 20, name: data.axis, nameLocation: "middle", nameGap: 26, nameTextStyle: text, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: token("line-strong") } }, axisPointer: { label: { show: false } } },
    yAxis: { ...axis, interval: 25, splitLine: { lineStyle: { color: token("ch-grid") } } },
    tooltip: {
      axisPointer: { type: "line", lineStyle: { color: token("line-strong") } },
      formatter: (lines) => {
        const at = lines.find((line) => line.seriesIndex === 1);
        return at ? share(at.value[0], at.value[1], data.cutWord) : "";
      },
    },
    series: [
      { type: "line", data: [[0, 0], [100, 100]], symbol: "none", silent: true, lineStyle: { color: token("ch-prev"), width: 1, type: "dashed" } },
      {
        type: "line",
        data: data.points,
        symbol: "none",
        lineStyle: { color: token("ch-now"), width: 2 },
        itemStyle: { color: token("ch-now") },
        markArea: { silent: true, label: { position: "insideBottom", fontSize: 11, fontWeight: 600, color: token("ink-2") }, data: data.bands.map((band) => area(band, token)) },
        markPoint: { symbol: "circle", symbolSize: 7, silent: true, itemStyle: { color: token("ch-now") }, label: { color: token("ink"), fontSize: 12, position: "right", distance: 8, textBorderColor: token("surface"), textBorderWidth: 3 }, data: cuts(data, narrow) },
        markLine: tries(data, token, narrow),
      },
    ],
  };
}

function share(customers, value, word) {
  return `${round(customers)}% ${word} ${round(value)}%`;
}

function round(number) {
  return String(Math.round(number * 10) / 10);
}

function area(band, token) {
  const shade = { A: "cls-a", B: "cls-b" }[band.class] ?? "cls-c";
  return [{ name: band.class, xAxis: band.start, itemStyle: { color: token(shade), opacity: OPACITY[band.class] ?? 0.45 } }, { xAxis: band.end }];
}

/* The last band ends at 100 % and needs no mark. */
function cuts(data, narrow) {
  return data.bands
    .filter((band) => band.end < 100)
    .map((band, at) => ({
      coord: [band.end, band.value],
      label: { formatter: narrow ? `${round(band.end)}% → ${round(band.value)}%` : share(band.end, band.value, data.cutWord), offset: [at ? 4 : 10, at ? 10 : 8] },
    }));
}

/* Only cuts that differ from the bands in force are drawn. */
function tries(data, token, narrow) {
  const moved = data.trial.filter((cut) => !data.bands.some((band) => band.end === cut));
  return {
    symbol: "none",
    silent: true,
    lineStyle: { color: token("accent"), type: "dashed", width: 1.25 },
    label: { color: token("accent-ink"), fontSize: 11, position: "end", formatter: (it) => (narrow ? `${round(it.value)}%` : `${data.tryWord} ${round(it.value)}%`) },
    data: moved.map((cut) => ({ xAxis: cut })),
  };
}
