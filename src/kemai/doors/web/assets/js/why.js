/* The reason of a number beside the number. Without script the link opens the same text as a page. */
const GAP = 8;
let opener = null;

export function startWhy() {
  const host = document.getElementById("why");
  if (!host) return;
  document.addEventListener("click", (event) => {
    const ask = event.target.closest("a[data-why]");
    if (ask && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      if (ask === opener && host.open) close(host);
      else open(host, ask);
    } else if (event.target.closest("[data-why-close]")) {
      close(host);
    } else if (host.open && !event.target.closest(".why-body, [data-why-body]")) {
      close(host);
    }
  });
  host.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(host);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && host.open) close(host);
  });
  host.addEventListener("close", () => opener?.removeAttribute("aria-expanded"));
  window.addEventListener("resize", () => host.open && !host.matches(":modal") && place(host));
}

async function open(host, ask) {
  close(host, false);
  if (!host.contains(ask)) opener = ask; // a step inside the sheet goes back to what opened it
  ask.setAttribute("aria-expanded", "true");
  try {
    const answer = await fetch(ask.href, { headers: { "HX-Request": "true" } });
    if (answer.status === 401) return window.location.assign(answer.headers.get("HX-Redirect"));
    if (!answer.ok) throw new Error(String(answer.status));
    host.innerHTML = await answer.text();
  } catch {
    window.location.assign(ask.href);
    return;
  }
  window.htmx?.process(host); // before it shows: a quick click would leave the page
  if (window.matchMedia("(max-width: 700px)").matches) host.showModal();
  else {
    host.show();
    place(host);
  }
  host.querySelector("[data-why-close]")?.focus({ preventScroll: true });
}

function close(host, refocus = true) {
  if (!host.open) return;
  host.close();
  if (refocus && opener?.isConnected) opener.focus({ preventScroll: true });
}

/* Below the number when there is room, else above; always inside the window. */
function place(host) {
  const at = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = host;
  const below = at.bottom + GAP + height <= window.innerHeight;
  const top = below ? at.bottom + GAP : Math.max(GAP, Math.min(at.top - GAP - height, window.innerHeight - height - GAP));
  const left = Math.max(GAP, Math.min(at.left - GAP, window.innerWidth - width - GAP));
  host.style.setProperty("top", `${top}px`);
  host.style.setProperty("left", `${left}px`);
}
