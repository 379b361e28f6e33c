/* The page that stays open: rows that are done leave by themselves, the list renews itself, a swipe does what
   the buttons do. The cursor row is kept over every renewal. */
import { toast } from "./toast.js";

const LEAVE_MS = 4000;
const RENEW_MS = 180_000;
const SWIPE_PX = 72;
const BELL_MS = 60_000;
let lastRenewed = Date.now();
let cursorId = "";
let cursorAt = 0;

export function startToday() {
  document.addEventListener("htmx:load", (event) => plan(event.detail.elt));
  document.addEventListener("htmx:beforeSwap", () => remember());
  document.addEventListener("htmx:afterSettle", (event) => restore(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.closest?.("#why") && event.detail.successful) document.querySelector("#why [data-why-close]")?.click();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
  setInterval(renew, RENEW_MS / 3);
  setInterval(raise, 5_000);
  setInterval(ring, BELL_MS);
  startSwipes();
  startTaps();
}

function plan(element) {
  const row = element.matches?.("[data-leaves]") ? element : null;
  if (!row) return;
  const leave = () => {
    if (!row.isConnected) return;
    if (row.matches(":hover, :focus-within")) setTimeout(leave, 1500);
    else gone(row);
  };
  setTimeout(leave, LEAVE_MS);
}

/* When the last struck row has gone, the list is asked for anew if a reason of the same customer was behind one. */
function gone(row) {
  const hadOthers = row.hasAttribute("data-others");
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (row.classList.contains("cursor")) next?.classList.add("cursor");
  row.remove();
  const left = document.querySelectorAll("#work-list > .li");
  if (![...left].some((one) => one.matches("[data-leaves]")) && (hadOthers || !left.length)) renew(true);
}

function renew(now = false) {
  const work = document.querySelector("[data-refresh]");
  if (!work || document.visibilityState !== "visible" || (!now && Date.now() - lastRenewed < RENEW_MS)) return;
  if (work.querySelector("details[open], [data-leaves]") || document.querySelector("dialog[open]")) return;
  lastRenewed = Date.now();
  window.htmx?.trigger(work, "kemai:refresh");
}

/* What is due to the minute says so and rises, as long as the page is open; the bell says it everywhere else. */
function raise() {
  const come = [...document.querySelectorAll("#work-list > .li[data-due]")].filter((row) => Date.parse(row.dataset.due) <= Date.now());
  if (!come.length) return;
  for (const row of come) {
    toast(row.dataset.dueSaid.trim());
    row.removeAttribute("data-due");
  }
  renew(true);
  setTimeout(ring, 3_000); // the worker needs a moment to write the news
}

function ring() {
  if (!document.querySelector("[data-refresh]") || !document.getElementById("bell") || document.visibilityState !== "visible") return;
  window.htmx?.ajax("GET", "/notifications/bell/", { target: "#bell", swap: "outerHTML" });
}

function remember() {
  const row = document.querySelector("#work-list > .li.cursor");
  if (!row) return;
  cursorId = row.id;
  cursorAt = [...row.parentElement.children].indexOf(row);
}

function restore(target) {
  const list = document.getElementById("work-list");
  if (!list || !cursorId || list.querySelector(".cursor") || !(target.id === "work" || target.closest?.("#work"))) return;
  const row = document.getElementById(cursorId) ?? list.children[Math.min(cursorAt, list.children.length - 1)];
  if (row?.matches(".li")) row.classList.add("cursor");
}

/* On a phone, where a row shows no buttons, a tap beside its links opens the sheet that has them. */
function startTaps() {
  const phone = window.matchMedia("(max-width: 700px)");
  document.addEventListener("click", (event) => {
    const row = phone.matches && event.target.closest("#work-list > .li:not(.done)");
    if (row && !event.target.closest("a, button, summary, form")) row.querySelector("a[data-why]")?.click();
  });
}

/* Right is done, left is another day; up and down stay with the page. */
function startSwipes() {
  let start = null;
  document.addEventListener("touchstart", (event) => {
    const row = event.target.closest("#work-list > .li:not(.done)");
    const touch = event.touches[0];
    start = row && event.touches.length === 1 ? { row, x: touch.clientX, y: touch.clientY, by: 0 } : null;
  }, { passive: true });
  document.addEventListener("touchmove", (event) => {
    if (!start) return;
    const touch = event.touches[0];
    start.by = touch.clientX - start.x;
    if (Math.abs(touch.clientY - start.y) > Math.abs(start.by)) return rest();
    start.row.classList.add("swiping");
    start.row.style.setProperty("--by", `${Math.max(-120, Math.min(120, start.by))}px`);
  }, { passive: true });
  document.addEventListener("touchend", () => {
    if (!start) return;
    const { row, by } = start;
    rest();
    if (by > SWIPE_PX) row.querySelector("[data-swipe=right]")?.click();
    else if (by < -SWIPE_PX) row.querySelector("a[data-why]")?.click();
  });
  const rest = () => {
    start?.row.classList.remove("swiping");
    start?.row.removeAttribute("style"); // htmx would carry the attribute over, and the policy forbids style attributes
    start = null;
  };
}
