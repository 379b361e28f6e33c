/* Ctrl K: find a customer, a page or an action. The list is HTML from the server; arrows and Enter walk it. */
import { openDialog } from "./dialogs.js";

const PAUSE_MS = 120;

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const field = dialog.querySelector("input");
  const list = document.getElementById("palette-list");
  let timer = 0;
  let asked = null;

  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    try {
      const here = window.location.pathname.match(/^\/customers\/([^/]+)\//)?.[1] ?? "";
      const query = new URLSearchParams({ q: field.value.trim(), at: decodeURIComponent(here) });
      const address = `${field.dataset.paletteUrl}?${query}`;
      const answer = await fetch(address, { headers: { "HX-Request": "true" }, signal: asked.signal });
      if (answer.status === 401) return window.location.assign(answer.headers.get("HX-Redirect"));
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
      pick(options(list)[0], list, field);
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren();
    }
  };
  const open = () => {
    openDialog(dialog);
    field.select();
    ask();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (dialog.open) dialog.close();
      else open();
    }
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-palette-open]")) return;
    event.preventDefault();
    open();
  });
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => walk(event, list, field));
}

function options(list) {
  return [...list.querySelectorAll(".r")];
}

function pick(row, list, field) {
  for (const head of list.querySelectorAll("h2")) head.setAttribute("role", "presentation");
  options(list).forEach((one, at) => {
    one.id ||= `palette-${at}`;
    one.setAttribute("role", "option");
    one.setAttribute("aria-selected", String(one === row));
  });
  if (row) field.setAttribute("aria-activedescendant", row.id);
  else field.removeAttribute("aria-activedescendant");
  row?.scrollIntoView({ block: "nearest" });
}

function walk(event, list, field) {
  if (event.isComposing) return;
  const all = options(list);
  const at = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && all.length) {
    event.preventDefault();
    pick(all[(at + step + all.length) % all.length], list, field);
  } else if (event.key === "Enter" && all[at]) {
    event.preventDefault();
    if (event.ctrlKey || event.metaKey) window.open(all[at].href, "_blank", "noopener");
    else all[at].click();
  }
}
