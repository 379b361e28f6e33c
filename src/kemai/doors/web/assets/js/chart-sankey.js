/* How customers moved from class to class over several runs: one column a run, one band a move. */
const SHADES = ["cls-a", "ch-now", "cls-b", "ch-prev", "cls-c"];

export function sankey(data, token, width) {
  const narrow = width < 520;
  return {
    tooltip: { trigger: "item", formatter: (it) => it.data.told },
    series: [
      {
        type: "sankey",
        left: 6,
        right: narrow ? 54 : 96,
        top: 22,
        bottom: 8,
        nodeGap: narrow ? 6 : 10,
        nodeWidth: narrow ? 10 : 14,
        layoutIterations: 0,
        draggable: false,
        emphasis: { focus: "adjacency" },
        data: data.nodes.map((node) => ({ name: node.key, depth: node.depth, value: node.value, told: node.told, shown: node.label, itemStyle: { color: token(node.shade < 0 ? "line-strong" : SHADES[Math.min(node.shade, SHADES.length - 1)]), borderWidth: 0 } })),
        links: data.links.map((link) => ({ source: link.from, target: link.to, value: link.value, told: link.told, href: link.href })),
        lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
        label: { color: token("ink-2"), fontSize: 11, formatter: (it) => it.data.shown },
      },
    ],
    graphic: data.columns.map((label, at) => ({ type: "text", top: 4, left: place(at, data.columns.length, width, narrow), style: { text: label, fill: token("ink-3"), fontSize: 11 } })),
  };
}

function place(at, columns, width, narrow) {
  const inner = width - 6 - (narrow ? 54 : 96) - (narrow ? 10 : 14);
  return 6 + Math.round((inner * at) / Math.max(columns - 1, 1));
}
