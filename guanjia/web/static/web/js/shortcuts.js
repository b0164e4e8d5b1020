// data-keys="n" or "g c": pressing the keys (one after the other) follows the link, presses the button or enters the field.
let before = "", since = 0;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog:modal")) return;
  const pair = Date.now() - since < 1200 ? `${before} ${event.key}` : event.key;
  before = event.key;
  since = Date.now();
  const found = document.querySelector(`[data-keys="${CSS.escape(pair)}"]`) || [...document.querySelectorAll("[data-keys]")].find((e) => e.dataset.keys === pair)
    || [...document.querySelectorAll("[data-keys]")].find((e) => e.dataset.keys === event.key);
  if (!found) return;
  event.preventDefault();
  before = "";
  if (found.matches("input, textarea, select")) { found.focus(); found.select?.(); } else found.click();
});
