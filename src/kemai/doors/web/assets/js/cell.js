/* Cells of the list changed in place: the pencil, a double click or `e` opens one; Enter keeps it, Tab keeps it and goes
   on, Esc leaves it as it was. The list itself is a form, so a cell's fields are sent from here. */
export function startCells() {
  document.addEventListener("click", (event) => {
    const pencil = event.target.closest("[data-cell]");
    if (pencil && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(pencil);
    }
    const form = event.target.closest("[data-cell-form]");
    if (form && event.target.closest("[data-cell-save]")) save(form, 0);
    if (form && event.target.closest("[data-cell-stop]")) stop(form);
  });
  document.addEventListener("dblclick", (event) => {
    const pencil = event.target.closest("td")?.querySelector("[data-cell]");
    if (pencil) open(pencil);
  });
  document.addEventListener("keydown", press);
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.xhr.status !== 409 || !event.detail.xhr.responseText.includes("data-cell-form")) return;
    Object.assign(event.detail, { shouldSwap: true, isError: false }); // both versions are shown
  });
}

function press(event) {
  const form = event.target.closest?.("[data-cell-form]");
  if (!form || event.isComposing) return;
  if (event.key === "Escape") stop(form);
  else if (event.key === "Enter" && !event.target.matches("[data-cell-stop]")) save(form, 0);
  else if (event.key === "Tab" && leaves(form, event)) save(form, event.shiftKey ? -1 : 1);
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/* Tab walks the boxes of a choice of some; from the last one it goes on. */
function leaves(form, event) {
  const fields = [...form.querySelectorAll("[data-cell-value]")];
  return event.target === (event.shiftKey ? fields[0] : fields.at(-1));
}

async function open(pencil) {
  const cell = pencil.closest("td");
  await window.htmx.ajax("GET", pencil.dataset.cell, { target: cell, swap: "innerHTML" });
  cell.classList.add("editing");
  const field = cell.querySelector("[data-cell-value]");
  field?.focus();
  field?.select?.();
}

async function save(form, step) {
  const cell = form.closest("td");
  const pencils = all();
  const before = pencils.filter((one) => one.compareDocumentPosition(cell) & Node.DOCUMENT_POSITION_FOLLOWING).length;
  const value = [...form.querySelectorAll("[data-cell-value]")].filter((one) => one.type !== "checkbox" || one.checked).map((one) => one.value);
  const values = { value, version: form.querySelector("[data-cell-version]").value };
  await window.htmx.ajax("POST", form.dataset.cellForm, { target: cell, swap: "innerHTML", values });
  if (cell.querySelector("[data-cell-form]")) return void cell.querySelector("[data-cell-value]")?.focus();
  done(cell);
  const next = step && (step > 0 ? pencils[before] : pencils[before - 1]);
  if (next) open(next);
}

async function stop(form) {
  const cell = form.closest("td");
  await window.htmx.ajax("GET", `${form.dataset.cellForm}?stop=1`, { target: cell, swap: "innerHTML" });
  done(cell);
}

function done(cell) {
  cell.classList.remove("editing");
  cell.querySelector("[data-cell]")?.focus();
}

function all() {
  return [...document.querySelectorAll("[data-cell]")];
}
