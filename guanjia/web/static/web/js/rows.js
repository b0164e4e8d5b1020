// table[data-rows]: j and k walk the rows, Enter opens one, x ticks it. data-check-all ticks them all.
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const table = () => document.querySelector("table[data-rows]");

function walk(step) {
  const rows = [...table().tBodies[0].rows];
  const at = rows.findIndex((row) => row.classList.contains("current"));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
  rows[at]?.classList.remove("current");
  next.classList.add("current");
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("a, input")?.focus({ preventScroll: true });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || !table()) return;
  const row = document.querySelector("table[data-rows] tr.current");
  if (event.key === "j") walk(1);
  else if (event.key === "k") walk(-1);
  else if (event.key === "x" && row) row.querySelector("input[type=checkbox]")?.click();
  else return;
  event.preventDefault();
});
document.addEventListener("change", (event) => {
  const all = event.target.closest("[data-check-all]");
  if (all) document.querySelectorAll(`input[type=checkbox][name="${all.dataset.checkAll}"]`).forEach((box) => { box.checked = all.checked; });
});
