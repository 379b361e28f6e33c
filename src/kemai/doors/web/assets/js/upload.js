/* Drop a file or choose one; a form with `data-upload` is sent with visible progress and can be broken off. */
import { said } from "./said.js";

export function startUploads() {
  for (const kind of ["dragover", "dragleave", "drop"]) document.addEventListener(kind, drag);
  document.addEventListener("change", (event) => event.target.matches(".drop-input") && named(event.target));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-upload]")) return;
    event.preventDefault();
    const input = event.target.querySelector(".drop-input");
    if (input && tooLarge(input)) named(input);
    else send(event.target, event.submitter);
  });
}

function drag(event) {
  const drop = event.target.closest?.("[data-drop]");
  if (!drop) return;
  event.preventDefault();
  drop.classList.toggle("over", event.type === "dragover");
  if (event.type !== "drop" || !event.dataTransfer.files.length) return;
  const input = drop.querySelector(".drop-input");
  input.files = event.dataTransfer.files;
  named(input);
  if (drop.closest("[data-upload]")?.hasAttribute("data-at-once")) drop.closest("form").requestSubmit();
}

function named(input) {
  const drop = input.closest("[data-drop]");
  drop.querySelector("[data-drop-name]").textContent = [...input.files].map((file) => file.name).join(", ");
  drop.querySelector("[data-drop-error]").textContent = tooLarge(input) ? input.form.dataset.tooLarge : "";
}

/* Said before a gigabyte has travelled in vain; the server says it again. */
function tooLarge(input) {
  const limit = Number(input.form?.dataset.limit);
  return limit > 0 && [...input.files].some((file) => file.size > limit);
}

function send(form, submitter) {
  const bar = form.querySelector("progress");
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("HX-Request", "true");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
    if (event.loaded === event.total) bar.removeAttribute("value");
  });
  request.addEventListener("load", () => landed(form, request, bar, submitter));
  request.addEventListener("error", () => failed(form, bar, submitter, said("errorOffline")));
  bar.hidden = false;
  bar.value = 0;
  submitter?.setAttribute("aria-busy", "true");
  request.send(new FormData(form, submitter));
}

/* A redirect by header or by address is followed; a refusal is said where the file was dropped. */
function landed(form, request, bar, submitter) {
  const next = request.getResponseHeader("HX-Redirect") ?? (request.responseURL.split("#")[0] !== form.action ? request.responseURL : null);
  if (request.status < 400 && next) {
    window.location.assign(next);
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const sentence = page.querySelector("[data-drop-error], .refusal h2, .note b")?.textContent.trim();
  failed(form, bar, submitter, sentence || said("errorStatus", request.status));
}

function failed(form, bar, submitter, sentence) {
  bar.hidden = true;
  submitter?.removeAttribute("aria-busy");
  form.querySelector("[data-drop-error]").textContent = sentence;
}
