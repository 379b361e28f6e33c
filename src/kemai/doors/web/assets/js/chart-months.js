/* Sales by month beside last year's, or in parts that lie upon each other. Amounts come in fen; the axis is in the unit of the language that fits their size. */

const SHADES = ["ch-now", "cls-b", "ch-prev", "ink-3", "ink"];

export function months(data, token, width) {
  const narrow = width < 520;
  const largest = Math.max(...heights(data).map((fen) => Math.abs(fen ?? 0)), 1);
  const [, fenInOne, places, before, behind] = data.units.find(([least]) => largest >= least);
  const scale = (list) => list.map((fen) => (fen === null ? null : fen / fenInOne));
  const text = { color: token("ink-3"), fontSize: 11 };
  return {
    grid: { left: 8, right: 10, top: data.parts ? 48 : 26, bottom: 4, containLabel: true },
    xAxis: {
      type: "category",
      data: narrow ? data.labels.map((label) => label.slice(-2)) : data.labels.map(short),
      axisLine: { lineStyle: { color: token("line-strong") } },
      axisTick: { show: false },
      axisLabel: { ...text, interval: 0 },
    },
    yAxis: {
      type: "value",
      name: before + behind,
      nameTextStyle: { ...text, align: "left", padding: [0, 0, -2, -14] },
      splitNumber: 4,
      splitLine: { lineStyle: { color: token("ch-grid") } },
      axisLabel: text,
    },
    legend: data.parts ? { top: 0, left: 8, itemWidth: 10, itemHeight: 8, icon: "roundRect", textStyle: { color: token("ink-2"), fontSize: 11 } } : undefined,
    series: data.parts ? stacked(data, scale, token) : beside(data, scale, token, narrow, places),
    tooltip: {
      formatter: (lines) =>
        [data.labels[lines[0].dataIndex], ...lines.toReversed().map((line) => `${line.seriesName}  ${tip(line.value, places, before, behind)}`)].join("\n"),
    },
  };
}

/* How high the bars stand: parts are added up. */
function heights(data) {
  if (!data.parts) return data.now.concat(data.previous);
  return data.labels.map((_label, at) => data.parts.reduce((sum, part) => sum + Math.max(part.fen[at], 0), 0));
}

function beside(data, scale, token, narrow, places) {
  const now = scale(data.now);
  return [
    bar(data.previousLabel, scale(data.previous), token("ch-prev"), { barGap: "12%", barCategoryGap: "38%" }),
    bar(data.nowLabel, now, token("ch-now"), {
      label: { show: !narrow, position: "top", fontSize: 10, color: token("ink-2"), formatter: (it) => (it.value ? spoken(it.value, places) : "") },
      markPoint: data.emptyWord && !now.at(-1) ? emptyMark(now.length - 1, data.emptyWord, token, narrow) : undefined,
    }),
  ];
}

function stacked(data, scale, token) {
  return data.parts.map((part, at) => bar(part.name, scale(part.fen), token(SHADES[at % SHADES.length]), { stack: "all", barCategoryGap: "45%", itemStyle: { color: token(SHADES[at % SHADES.length]) } }));
}

/* The year only where it changes, so that twelve labels fit. */
function short(label, at) {
  return at === 0 || label.endsWith("-01") ? label : label.slice(-2);
}

function bar(name, values, color, more) {
  return { type: "bar", name, data: values, itemStyle: { color, borderRadius: [2, 2, 0, 0] }, ...more };
}

/* On a phone the word grows to the left, or it would leave the frame. */
function emptyMark(at, word, token, narrow) {
  const place = narrow ? { align: "right", offset: [16, 0] } : { offset: [8, 0] };
  return {
    symbol: "rect",
    symbolSize: 1,
    itemStyle: { color: "transparent" },
    data: [{ coord: [at, 0], label: { show: true, formatter: word, position: "top", color: token("orange"), fontSize: 11, textBorderColor: token("surface"), textBorderWidth: 3, ...place } }],
  };
}

function spoken(value, places) {
  return value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }).replace("-", "−");
}

/* A sign stands before, a word behind: ¥36.0k, 3.6 万元. */
function tip(value, places, before, behind) {
  if (value === null || value === undefined) return "—";
  return before ? (value < 0 ? "−" : "") + before + spoken(Math.abs(value), places) + behind : `${spoken(value, places)} ${behind}`;
}
