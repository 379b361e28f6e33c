/* The one-line log: what was typed is read 250 ms after the last key and shown as chips; Enter saves; Tab walks
   the chips; a guess is confirmed by a click, any chip is dropped by Backspace. Without network an entry waits
   on this machine (per person) and is sent later; the server takes the same key only once. One that is refused then
   stays, with the reason beside it, until it is mended or deleted. */
import { openDialog } from "./dialogs.js";
import { said } from "./said.js";
import { toast } from "./toast.js";
import { forget, keep, take, waiting } from "./unsent.js";
import { rest } from "./waiting.js";

const PAUSE_MS = 250;
const ABOUT = ["customer", "here", "sure", "dropped"];
const timers = new WeakMap();
let sending = false;

export function startLog() {
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-log]");
    if (!box || event.target.name !== "text" || event.isComposing) return;
    clearTimeout(timers.get(box));
    timers.set(box, setTimeout(() => read(box), PAUSE_MS));
  });
  document.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));
  document.addEventListener("keydown", press);
  document.addEventListener("click", click);
  document.addEventListener("submit", submit);
  window.addEventListener("online", sendAll);
  document.querySelectorAll("[data-log]").forEach(showUnsent);
  sendAll();
  if (new URLSearchParams(window.location.search).has("log")) focusLog();
}

/* On a wide page of 今日 the line itself; anywhere else, and on phones, the sheet. */
export function focusLog() {
  const line = document.querySelector("#log-text");
  const sheet = document.getElementById("log-sheet");
  if (line?.getClientRects().length) {
    line.focus();
    line.scrollIntoView({ block: "center" });
  } else if (sheet) {
    openDialog(sheet);
    sheet.querySelector("[name=text]").focus();
  }
  return Boolean(line || sheet);
}

function press(event) {
  const box = event.target.closest("[data-log]");
  if (!box || event.isComposing) return;
  if (event.key === "Enter" && event.target.name === "text" && !event.shiftKey) {
    event.preventDefault();
    box.requestSubmit();
  } else if (["Backspace", "Delete"].includes(event.key) && event.target.matches("[data-chip]")) {
    event.preventDefault();
    note(box, "dropped", event.target.dataset.chip);
  }
}

function click(event) {
  const chip = event.target.closest("[data-log] [data-chip]");
  if (chip) note(chip.closest("[data-log]"), chip.hasAttribute("data-guess") ? "sure" : "dropped", chip.dataset.chip);
  const again = event.target.closest("[data-unsent-key]");
  if (again) edit(again.closest("[data-log]"), again.dataset.unsentKey);
  const dropped = event.target.closest("[data-unsent-drop]");
  if (dropped) drop(dropped.closest("[data-log]"), dropped.dataset.unsentDrop);
  if (event.target.closest("[data-log-open]") && focusLog()) event.preventDefault();
}

/* What was confirmed or dropped goes with the entry, so that the server does not guess it again. */
function note(box, name, value) {
  noted(box, name, value);
  box.querySelector("[name=text]").focus();
  read(box);
}

function noted(box, name, value) {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name, value });
  field.dataset.noted = "";
  box.append(field);
}

async function read(box) {
  const got = box.querySelector("[data-log-got]");
  const query = new URLSearchParams(new FormData(box));
  query.delete("csrfmiddlewaretoken");
  if (!query.get("text").trim()) return got.replaceChildren();
  const asked = query.get("text");
  const answer = await fetch(`${box.dataset.log}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok && box.querySelector("[name=text]").value === asked) got.innerHTML = await answer.text();
}

async function submit(event) {
  const box = event.target.closest("[data-log]");
  if (!box) {
    if (event.target.matches('form[action="/sign-out/"]')) leaving(event);
    return;
  }
  event.preventDefault();
  clearTimeout(timers.get(box));
  if (box.dataset.busy) return;
  box.dataset.busy = "1";
  const entry = entryOf(box, event.submitter);
  const answer = await send(box, entry);
  delete box.dataset.busy;
  box.querySelectorAll("[aria-busy]").forEach(rest);
  if (answer === null || answer.expired) {
    keep(box.dataset.person, entry);
    renewed(box);
    toast(said(answer ? "logExpired" : "logKept"), answer ? "error" : "info");
    document.querySelectorAll("[data-log]").forEach(showUnsent);
  } else if (answer.saved) saved(box, answer.saved);
  else if (answer.refusal) toast(answer.refusal, "error");
  else box.querySelector("[data-log-got]").innerHTML = answer.html;
}

function entryOf(box, submitter) {
  const fields = [...new FormData(box)].filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "client_key");
  if (submitter?.name === "customer") fields.push(["customer", submitter.value]);
  fields.push(["on", box.dataset.today]);
  return { key: box.elements.client_key.value || key(), fields };
}

function key() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* null: no network, to be kept; expired: no session, to be kept as well; saved: the sentence; html: what has to be settled. */
async function send(box, entry) {
  const body = new URLSearchParams(entry.fields);
  body.set("client_key", entry.key);
  body.set("csrfmiddlewaretoken", box.elements.csrfmiddlewaretoken.value);
  try {
    const answer = await fetch(box.action, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (answer.status === 401) return { expired: true };
    if (answer.redirected || answer.status >= 500) return null;
    const html = await answer.text();
    const page = new DOMParser().parseFromString(html, "text/html");
    const done = page.querySelector("[data-saved]");
    if (done) return { saved: done.textContent };
    const refusal = page.querySelector(".refusal h2")?.textContent;
    if (!refusal && answer.status !== 422) return null;
    return { html, refusal, why: refusal ?? page.querySelector(".error, .t3")?.textContent ?? "" };
  } catch {
    return null;
  }
}

function saved(box, sentence) {
  renewed(box);
  toast(sentence, "success");
  const sheet = box.closest("dialog");
  if (sheet?.open) sheet.close();
  tell();
}

/* 今日 renews its list by itself; a customer's page, whose last contact and next step have changed, is fetched anew. */
function tell() {
  document.body.dispatchEvent(new CustomEvent("kemai:logged", { bubbles: true }));
  if (document.querySelector("[data-log] [name=here]")) {
    window.htmx?.ajax("GET", window.location.href, { target: "#main", swap: "innerHTML show:none" });
  }
}

function renewed(box) {
  box.elements.client_key.value = key();
  box.querySelector("[name=text]").value = "";
  box.querySelectorAll("[data-noted]").forEach((field) => field.remove());
  box.querySelector("[data-log-got]").replaceChildren();
}

async function sendAll() {
  const box = document.querySelector("[data-log]");
  if (!box || sending || navigator.onLine === false) return;
  sending = true;
  let count = 0;
  let refused = 0;
  for (const entry of waiting(box.dataset.person)) {
    const answer = await send(box, entry);
    if (answer === null || answer.expired) break;
    if (answer.saved) {
      forget(box.dataset.person, entry.key);
      count += 1;
    } else {
      refused += entry.why === undefined;
      keep(box.dataset.person, { ...entry, why: answer.why });
    }
  }
  sending = false;
  document.querySelectorAll("[data-log]").forEach(showUnsent);
  if (refused) toast(said("logRefused", refused), "error");
  if (!count) return;
  toast(said("logSent", count), "success");
  tell();
}

/* Unsent entries are dashed; a click takes one back into the line. A refused one says why. */
function showUnsent(box) {
  const place = box.querySelector("[data-log-unsent]");
  const entries = waiting(box.dataset.person);
  place.hidden = !entries.length;
  place.replaceChildren(...entries.map((entry) => (entry.why === undefined ? chipOf(place, entry) : refusedOf(place, entry))));
}

function chipOf(place, entry) {
  const label = document.createElement("span");
  Object.assign(label, { className: "ell", textContent: place.dataset.words + textOf(entry) });
  const chip = button("chip q", "", { unsentKey: entry.key });
  chip.append(label);
  return chip;
}

function refusedOf(place, entry) {
  const row = document.createElement("div");
  row.className = "log-refused";
  const text = document.createElement("span");
  Object.assign(text, { className: "b", textContent: textOf(entry) });
  const why = document.createElement("span");
  Object.assign(why, { className: "error sm", textContent: [place.dataset.refused, entry.why].filter(Boolean).join("：") });
  row.append(text, why, button("btn btn-sm", place.dataset.edit, { unsentKey: entry.key }), button("btn btn-sm btn-bare", place.dataset.drop, { unsentDrop: entry.key }));
  return row;
}

function button(className, textContent, data) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className, textContent });
  Object.assign(made.dataset, data);
  return made;
}

function drop(box, entryKey) {
  forget(box.dataset.person, entryKey);
  document.querySelectorAll("[data-log]").forEach(showUnsent);
}

function textOf(entry) {
  return entry.fields.find(([name]) => name === "text")?.[1] ?? "";
}

function edit(box, entryKey) {
  const entry = take(box.dataset.person, entryKey);
  if (!entry) return;
  box.elements.client_key.value = entry.key;
  box.querySelectorAll("[data-noted]").forEach((one) => one.remove());
  for (const [name, value] of entry.fields.filter(([kept]) => ABOUT.includes(kept))) noted(box, name, value);
  const field = box.querySelector("[name=text]");
  field.value = textOf(entry);
  field.focus();
  read(box);
  document.querySelectorAll("[data-log]").forEach(showUnsent);
}

function leaving(event) {
  const person = document.querySelector("[data-log]")?.dataset.person;
  const left = person ? waiting(person).length : 0;
  if (left && !window.confirm(said("logLeave", left))) event.preventDefault();
  else if (person) forget(person);
}
