/* Native dialogs and <details> menus: opened by data-dialog, closed by Esc, a click outside, or their button. */
export function openDialog(dialog, opener = document.activeElement) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.addEventListener("close", () => opener?.isConnected && opener.focus(), { once: true });
}

export function startDialogs() {
  document.addEventListener("click", (event) => {
    closeMenus(event.target);
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (!dialog) return;
      event.preventDefault();
      openDialog(dialog, opener);
      if (opener.dataset.load) fill(opener);
    } else if (event.target.closest("[data-day-of]")) {
      choose(event.target.closest("[data-day-of]").dataset);
    } else if (event.target.closest("[data-dialog-close]")) {
      event.target.closest("dialog").close();
    } else if (event.target instanceof HTMLDialogElement && event.target.matches(":modal")) {
      event.target.close();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = document.querySelector(".menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  });
}

/* A sheet whose opener leads to a page of its own takes from that page the part named by data-load. */
async function fill(opener) {
  const part = opener.dataset.load;
  await window.htmx.ajax("GET", opener.href, { target: part, select: part, swap: "outerHTML" });
  const asked = document.querySelector(`${part} input:not([type=hidden]), ${part} select, ${part} button`);
  if (document.querySelector(part)?.closest("dialog")?.contains(document.activeElement) ?? false) asked?.focus();
}

/* A usual day, tapped instead of picked from a calendar. */
function choose({ day, dayOf }) {
  const field = document.getElementById(dayOf);
  field.value = day;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function closeMenus(target) {
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(target) || target.closest("[data-dialog]")) menu.open = false;
  }
}
