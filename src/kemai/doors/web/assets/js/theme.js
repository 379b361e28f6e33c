/* Light or dark, at once on the page and kept per person on the server. */
export function startTheme() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form) return;
    event.preventDefault();
    const theme = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    show(theme);
    const body = new FormData(form);
    body.set("theme", theme);
    fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  });
}

function show(theme) {
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.dataset.bsTheme = theme;
  document.dispatchEvent(new CustomEvent("kemai:theme"));
}
