/* Walking a list from inside its records: the list leaves its rows in this tab, a record shows its place and the ways on. */
const KEPT = "walk";

export function startWalk() {
  keep();
  remember();
  show();
  document.addEventListener("htmx:afterSettle", keep);
}

function keep() {
  const list = document.querySelector("[data-walk]");
  if (!list) return;
  const links = [...list.querySelectorAll("tbody a.name")];
  const named = document.querySelector(".views [aria-current]")?.firstChild?.textContent?.trim();
  sessionStorage.setItem(
    KEPT,
    JSON.stringify({
      label: named || list.dataset.walk,
      list: location.pathname + location.search,
      first: Number(list.dataset.walkFirst),
      total: list.dataset.walkTotal,
      next: list.dataset.walkNext,
      links: links.map((link) => link.getAttribute("href")),
    }),
  );
}

/* The page of a customer is remembered among those seen lately. */
function remember() {
  const code = window.location.pathname.match(/^\/customers\/([^/]+)\/$/)?.[1];
  if (code && document.querySelector("[data-walk-here]")) window.htmx.ajax("POST", "/customers/recent/", { values: { code: decodeURIComponent(code) }, swap: "none" });
}

function show() {
  const here = document.querySelector("[data-walk-here]");
  const walk = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
  const at = here && walk ? walk.links.indexOf(here.dataset.walkHere) : -1;
  if (at < 0) return;
  here.hidden = false;
  here.querySelector("[data-walk-place]").textContent = `${walk.label} ${walk.first + at} / ${walk.total}`;
  way(here.querySelector("[data-walk-previous]"), walk.links[at - 1] ?? (walk.first > 1 ? walk.list : null));
  way(here.querySelector("[data-walk-next]"), walk.links[at + 1] ?? (walk.next || null));
  for (const back of document.querySelectorAll("[data-walk-list]")) back.setAttribute("href", walk.list);
}

/* At an end of the page the way leads to the list, at an end of the list it is gone. */
function way(link, address) {
  if (address) link.setAttribute("href", address);
  else link.remove();
}
