/* The one-line log: what was typed is read 250 ms after the last key and shown as chips; Enter saves;
   Backspace or a click drops a chip; nothing typed is ever refused. */
const PAUSE_MS = 250;

export function startLog() {
  let timer = 0;
  document.addEventListener("input", (event) => {
    const box = event.target.closest("[data-log]");
    if (!box || event.target.name !== "text" || event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(() => read(box), PAUSE_MS);
  });
  document.addEventListener("keydown", (event) => {
    const box = event.target.closest("[data-log]");
    if (!box || event.isComposing) return;
    if (event.key === "Enter" && event.target.name === "text" && !event.shiftKey) {
      event.preventDefault();
      box.requestSubmit();
    } else if (event.key === "Backspace" && event.target.matches(".chip")) {
      event.preventDefault();
      drop(box, event.target);
    }
  });
  document.addEventListener("click", (event) => {
    const chip = event.target.closest("[data-log] .chip[data-drop-chip]");
    if (chip) drop(chip.closest("[data-log]"), chip);
    const open = event.target.closest("[data-log-open]");
    const field = document.querySelector("[data-log] [name=text]");
    if (open && field) {
      event.preventDefault();
      field.focus();
      field.scrollIntoView({ block: "center" });
    }
  });
  if (new URLSearchParams(window.location.search).has("log")) document.querySelector("[data-log] [name=text]")?.focus();
}

async function read(box) {
  const address = box.dataset.log;
  const got = box.querySelector(".log-got");
  if (!address || !got) return;
  const query = new URLSearchParams(new FormData(box));
  query.delete("csrfmiddlewaretoken");
  const answer = await fetch(`${address}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.ok) got.innerHTML = await answer.text();
}

/* A dropped chip leaves its name in a hidden field, so that the server does not guess it again. */
function drop(box, chip) {
  const next = chip.nextElementSibling ?? box.querySelector("[name=text]");
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "dropped", value: chip.dataset.dropChip ?? "" });
  box.append(field);
  chip.remove();
  next.focus?.();
}
