/* Runs before the first paint: says that script is there and settles light or dark, so nothing flashes. */
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  root.classList.add("js");
  const settle = () => {
    const wish = root.dataset.theme;
    root.dataset.bsTheme = wish === "auto" ? (dark.matches ? "dark" : "light") : wish;
  };
  settle();
  dark.addEventListener("change", () => {
    settle();
    document.dispatchEvent(new CustomEvent("kemai:theme"));
  });
})();
