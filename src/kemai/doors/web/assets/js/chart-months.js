/* Sales by month beside last year's. Amounts come in fen; the axis is in the unit of the language that fits their size. */

export function months(data, token, width) {
  const narrow = width < 520;
  const largest = Math.max(...data.now.concat(data.previous).map((fen) => Math.abs(fen ?? 0)), 1);
  const [, fenInOne, places, before, behind] = data.units.find(([least]) => largest >= least);
  const scale = (list) => list.map((fen) => (fen === null ? null : fen / fenInOne));
  const now = scale(data.now);
  const text = { color: token("ink-3"), fontSize: 11 };
  return {
    grid: { left: 8, right: 10, top: 26, bottom: 4, containLabel: true },
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
    series: [
      bar(data.previousLabel, scale(data.previous), token("ch-prev"), { barGap: "12%", barCategoryGap: "38%" }),
      bar(data.nowLabel, now, token("ch-now"), {
        label: { show: !narrow, position: "top", fontSize: 10, color: token("ink-2"), formatter: (it) => (it.value ? spoken(it.value, places) : "") },
        markPoint: data.emptyWord && !now.at(-1) ? emptyMark(now.length - 1, data.emptyWord, token, narrow) : undefined,
      }),
    ],
    tooltip: {
      formatter: (lines) =>
        [data.labels[lines[0].dataIndex], ...lines.toReversed().map((line) => `${line.seriesName}  ${tip(line.value, places, before, behind)}`)].join("\n"),
    },
  };
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
