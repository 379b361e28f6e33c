/* Starts our modules once, and again on what htmx swaps in. Charts are loaded only where one is drawn. */
import { startTheme } from "./theme.js";
import { startKeys } from "./keys.js";
import { startPalette } from "./palette.js";
import { startDialogs } from "./dialogs.js";
import { startWhy } from "./why.js";
import { said } from "./said.js";
import { startToasts, toast } from "./toast.js";
import { startSelect } from "./select.js";
import { startUploads } from "./upload.js";
import { startWaiting } from "./waiting.js";
import { startLog } from "./log.js";
import { startToday } from "./today.js";
import { startWalk } from "./walk.js";
import { startInline } from "./inline.js";
import { startBuilder } from "./builder.js";
import { startCells } from "./cell.js";
import { startBoard } from "./board.js";
import { startWidths } from "./widths.js";
import { startPrint } from "./print.js";
import { attachSliders } from "./slider.js";
import { attachStrips } from "./strip.js";

async function attach(root) {
  if (root.querySelector("[data-board]")) (await import("./board.js")).attachBoards(root);
  attachSliders(root);
  attachStrips(root);
  if (root.querySelector("[data-people-chart]")) (await import("./people.js")).attachPeople(root);
  if (root.querySelector("[data-chart]")) (await import("./chart.js")).attachCharts(root);
  if (root.querySelector("select[data-pick], [data-sort]")) (await import("./pick.js")).attachPicks(root);
}

startTheme();
startToasts();
startDialogs();
startKeys();
startPalette();
startWhy();
startSelect();
startUploads();
startWaiting();
startLog();
startToday();
startWalk();
startInline();
startPrint();
startWidths();
startBoard();
startCells();
startBuilder();
attach(document);
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) attach(event.detail.elt.parentElement ?? event.detail.elt);
});
document.addEventListener("htmx:responseError", (event) => toast(sentence(event.detail.xhr), "error"));
document.addEventListener("htmx:sendError", () => toast(said("errorOffline"), "error"));

/* A refusal carries its own sentence; without one the number of the error is said. */
function sentence(xhr) {
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  return page.querySelector(".refusal h2")?.textContent || said("errorStatus", xhr.status);
}
