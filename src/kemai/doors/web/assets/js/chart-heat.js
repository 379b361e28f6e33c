/* A grid of cells, the deeper the more: cohorts, an RFM grid, moves between states. A cell may lead somewhere. */
const MOST_LABELS = 170;

export function heat(data, token, width) {
  const text = { color: token("ink-3"), fontSize: 11 };
  const largest = data.max || Math.max(1, ...data.cells.map((cell) => cell.value ?? 0));
  const isRoomy = data.cells.length <= MOST_LABELS && width / data.columns.length > 34;
  const axis = { type: "category", axisTick: { show: false }, axisLine: { show: false }, splitLine: { show: false } };
  return {
    grid: { left: 8, right: 8, top: 8, bottom: 6, containLabel: true },
    xAxis: { ...axis, position: "top", data: data.columns, axisLabel: { ...text, hideOverlap: true } },
    yAxis: { ...axis, inverse: true, data: data.rows, axisLabel: { ...text, hideOverlap: true } },
    visualMap: { show: false, min: 0, max: largest, dimension: 2, inRange: { color: [token("ch-soft"), token("ch-now")] } },
    tooltip: { trigger: "item", formatter: (it) => `${data.rows[it.value[1]]} × ${data.columns[it.value[0]]}\n${it.data.told}` },
    series: [
      {
        type: "heatmap",
        data: data.cells.map((cell) => shown(cell, largest, token)),
        label: { show: isRoomy, fontSize: 11, formatter: (it) => it.data.text },
        itemStyle: { borderColor: token("surface"), borderWidth: 2, borderRadius: 3 },
        emphasis: { itemStyle: { borderColor: token("ink"), borderWidth: 1 } },
      },
    ],
  };
}

/* Words on a deep cell are light, on a pale one dark. */
function shown(cell, largest, token) {
  const isDeep = cell.value > largest * 0.62;
  return { value: [cell.x, cell.y, cell.value], text: cell.text, told: cell.told ?? cell.text, href: cell.href, label: { color: token(isDeep ? "on-accent" : "ink") } };
}
