/* Cards of the board: dragged to another column or sent there by their menu. What is refused goes back where it was. */
import { openDialog } from "./dialogs.js";
import { script } from "./pick.js";

export function startBoard() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-board-ask]");
    if (button) ask(button.closest("[data-code]"), button.dataset.boardAsk, () => {});
  });
}

export async function attachBoards(root) {
  const board = root.querySelector("[data-board]");
  if (!board || board.dataset.ready || matchMedia("(max-width: 700px)").matches) return;
  board.dataset.ready = "1";
  await script("sortable.min.js");
  for (const lane of board.querySelectorAll("[data-lane]")) {
    window.Sortable.create(lane, { group: "board", sort: false, draggable: "[data-moves]", filter: "details, button", preventOnFilter: false, animation: 120, onEnd: dropped });
  }
}

function dropped({ item, from, to, oldIndex }) {
  if (from === to) return;
  const back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
  if (to.dataset.laneReason) ask(item, to.dataset.lane, back);
  else send(item, to.dataset.lane, back);
}

async function send(card, to, back) {
  const board = card.closest("[data-board]");
  const values = { code: card.dataset.code, to, query: board.dataset.query };
  try {
    await window.htmx.ajax("POST", board.dataset.board, { target: "#main", swap: "innerHTML", values });
  } finally {
    if (card.isConnected) back();
  }
}

/* Lost and non-customers need a reason: the form of the dialog is sent, or the card goes back. */
function ask(card, to, back) {
  const dialog = document.getElementById("board-reason");
  const form = dialog.querySelector("form");
  form.elements.code.value = card.dataset.code;
  form.elements.to.value = to;
  const head = document.querySelector(`[data-lane="${CSS.escape(to)}"]`)?.dataset.laneReason;
  if (head) dialog.querySelector("h2").textContent = head;
  dialog.addEventListener("close", back, { once: true });
  openDialog(dialog);
}
