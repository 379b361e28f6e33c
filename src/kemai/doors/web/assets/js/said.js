/* Sentences that script says; they are translated in the page, on <template id="say" data-…>. */
export function said(name, value = "") {
  const words = document.getElementById("say")?.dataset ?? {};
  return (words[name] ?? name).replace("{n}", value);
}
