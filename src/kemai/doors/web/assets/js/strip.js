/* A row of tabs that is wider than the screen opens with the one at hand in sight. */
export function attachStrips(root) {
  for (const strip of root.querySelectorAll(".tabs, .views, .side-nav, .seg")) {
    const here = strip.querySelector("[aria-current]");
    if (!here || strip.scrollWidth <= strip.clientWidth) continue;
    const gap = here.getBoundingClientRect().left - strip.getBoundingClientRect().left;
    strip.scrollLeft += gap - (strip.clientWidth - here.offsetWidth) / 2;
  }
}
