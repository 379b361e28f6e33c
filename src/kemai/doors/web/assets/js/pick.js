/* Long selects become searchable (`select data-pick`); lists with `data-sort` are ordered by dragging. */
const loaded = new Map();

export async function attachPicks(root) {
  const selects = root.querySelectorAll("select[data-pick]:not(.tomselected)");
  if (selects.length) {
    await Promise.all([script("tom-select.min.js"), sheet("tom-select.min.css")]);
    for (const one of selects) new window.TomSelect(one, { maxOptions: 200, allowEmptyOption: true });
  }
  const lists = root.querySelectorAll("[data-sort]");
  if (lists.length) {
    await script("sortable.min.js");
    for (const one of lists) window.Sortable.create(one, { handle: "[data-sort-handle]", animation: 120, onEnd: () => one.dispatchEvent(new Event("sorted", { bubbles: true })) });
  }
}

export function vendor(name) {
  return new URL(`../vendor/${name}`, import.meta.url).href;
}

export function script(name) {
  if (!loaded.has(name)) loaded.set(name, add(Object.assign(document.createElement("script"), { src: vendor(name) })));
  return loaded.get(name);
}

function sheet(name) {
  if (!loaded.has(name)) loaded.set(name, add(Object.assign(document.createElement("link"), { rel: "stylesheet", href: vendor(name) })));
  return loaded.get(name);
}

function add(element) {
  return new Promise((resolve, reject) => {
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });
}
