/* Choosing rows: x at the cursor, Shift x or Shift click for a range, the box in the head for the page, a bar for what to do. */
import { cursor, rows } from "./keys.js";

let last = null;

export function startSelect() {
  document.addEventListener("click", (event) => {
    const box = event.target.closest("[data-select]");
    if (box) choose(box, box.checked, event.shiftKey);
    else pickRow(event);
    const picking = event.target.closest("[data-picking]");
    if (picking) pick(picking);
    if (event.target.closest("[data-select-all]")) all(event.target.closest("form, table, body"), event.target.checked);
    if (event.target.closest("[data-bulk-clear]")) all(event.target.closest("form, body"), false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const box = cursor()?.querySelector("[data-select]");
    if (box) choose(box, !box.checked, event.shiftKey);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && document.querySelector("[data-bulk]:not([hidden])") && !document.querySelector("dialog[open]")) all(document.body, false);
  });
  document.addEventListener("htmx:afterSettle", tell);
  tell();
}

/* While one picks on a phone the whole row is the box. */
function pickRow(event) {
  const box = document.body.classList.contains("picking") && event.target.closest("tr")?.querySelector("[data-select]");
  if (!box) return;
  event.preventDefault();
  choose(box, !box.checked, false);
}

function pick(button) {
  const on = document.body.classList.toggle("picking");
  button.setAttribute("aria-pressed", String(on));
  if (!on) all(document.body, false);
}

function choose(box, checked, range) {
  const boxes = rows().map((row) => row.querySelector("[data-select]")).filter(Boolean);
  const from = range && last?.isConnected ? boxes.indexOf(last) : -1;
  const to = boxes.indexOf(box);
  for (const one of from < 0 ? [box] : boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = checked;
  last = box;
  tell();
}

function all(root, checked) {
  for (const box of root.querySelectorAll("[data-select], [data-select-all]")) box.checked = checked;
  tell();
}

function tell() {
  const boxes = [...document.querySelectorAll("[data-select]")];
  const chosen = boxes.filter((box) => box.checked).length;
  for (const box of boxes) box.closest("tr")?.setAttribute("aria-selected", String(box.checked));
  for (const head of document.querySelectorAll("[data-select-all]")) {
    head.checked = chosen > 0 && chosen === boxes.length;
    head.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    bar.hidden = chosen === 0;
    bar.querySelector("[data-bulk-count]").textContent = chosen;
  }
}
