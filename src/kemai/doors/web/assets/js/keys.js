/* The keyboard outside inputs: g t / g c / g r, /, n, ?, and j k Enter in lists (`data-rows`). */
import { openDialog } from "./dialogs.js";
import { focusLog } from "./log.js";

const PLACES = { t: "/today/", c: "/customers/", r: "/ranking/" };
const ROWS = "table[data-rows] tbody tr:not(.cut), [data-rows] > .li, [data-rows] > .dup";
let waitingForPlace = 0;

export function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || elsewhere(event.target)) return;
    if (press(event.key, event)) event.preventDefault();
  });
}

function elsewhere(target) {
  return target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog[open]:modal");
}

function press(key, event) {
  if (Date.now() < waitingForPlace && PLACES[key]) return go(PLACES[key]);
  waitingForPlace = key === "g" ? Date.now() + 1200 : 0;
  if (key === "g") return true;
  if (key === "/") return focusOn(document.querySelector("[data-search]")) || palette();
  if (key === "n") return own(key) || log();
  if (key === "?") return why() || (openDialog(document.getElementById("keys")), true);
  if (key === "j" || key === "k") return move(key === "j" ? 1 : -1) || follow(key);
  if (key === "Enter" && event.target === document.body) return openRow();
  return key.length === 1 && follow(key);
}

function go(address) {
  window.location.assign(address);
  return true;
}

function focusOn(field) {
  field?.focus();
  field?.select?.();
  return Boolean(field);
}

/* Where a page has no search of its own, the search of everything answers. */
function palette() {
  document.querySelector("[data-palette-open]")?.click();
  return true;
}

function log() {
  return focusLog();
}

/* The number under the focus, or the one in the row at hand, answers why. */
function why() {
  const ask = document.activeElement.closest("[data-why]") ?? cursor()?.querySelector("[data-why]");
  ask?.click();
  return Boolean(ask);
}

export function rows() {
  return [...document.querySelectorAll(ROWS)].filter((row) => row.offsetParent !== null || row.getClientRects().length);
}

export function cursor() {
  return document.querySelector("tr.cursor, .li.cursor, .dup.cursor");
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(cursor());
  const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
  cursor()?.classList.remove("cursor");
  next.classList.add("cursor");
  next.scrollIntoView({ block: "nearest" });
  linkOf(next)?.focus({ preventScroll: true });
  return true;
}

function linkOf(row) {
  return row?.querySelector("a.name") ?? row?.querySelector("a[href]");
}

function openRow() {
  const link = linkOf(cursor());
  link?.click();
  return Boolean(link);
}

/* A row may take a key that means something else elsewhere: n says "not the same" of a pair. */
function own(key) {
  return Boolean(cursor()?.querySelector(`[data-key="${key}"]`)) && follow(key);
}

/* Any link or button may ask for a key of its own: data-key="e". In a row it belongs to the row at hand. */
function follow(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const target = cursor()?.querySelector(wanted) ?? [...document.querySelectorAll(wanted)].find((it) => !it.closest("[data-rows]"));
  target?.click();
  if (target?.matches("summary")) target.parentElement.querySelector(".menu-body :is(button, a, input:not([type=hidden]))")?.focus();
  return Boolean(target);
}
