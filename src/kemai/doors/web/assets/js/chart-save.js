/* A chart as a picture: the same drawing once more, off the page and at a width of its own, as one SVG file. */
const LEAST_WIDTH = 720;
const LEAST_HEIGHT = 240;

export function saveChart(view, option, label) {
  const height = Math.max(view.clientHeight, LEAST_HEIGHT);
  const width = pictureWidth(view);
  const chart = window.echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  chart.setOption(option);
  const picture = chart.renderToSVGString();
  chart.dispose();
  download(new Blob([named(picture, label)], { type: "image/svg+xml" }), `${fileName(label)}.svg`);
}

export function pictureWidth(view) {
  return Math.max(view.clientWidth, LEAST_WIDTH);
}

/* The title is what a reader of the file hears and sees in a tab. */
function named(picture, label) {
  const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
  title.textContent = label;
  return picture.replace(/^(<svg[^>]*>)/, `$1${new XMLSerializer().serializeToString(title)}`);
}

function fileName(label) {
  return label.replace(/[\\/:*?"<>|\s]+/g, " ").trim().slice(0, 80) || "chart";
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
