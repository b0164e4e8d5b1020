// [data-tower]: arrow keys go from house to house; a tile puts its small card beside the picture, a second time or Enter opens its page.
// [data-tower-close] puts the card away. [data-only="let"] keeps the houses of one kind and dims the others.
const tower = (target) => target.closest?.("[data-tower]");
const wide = matchMedia("(min-width: 761px)");

function show(tile) {
  const home = tower(tile);
  home.querySelector("[aria-current]")?.removeAttribute("aria-current");
  tile.setAttribute("aria-current", "true");
  const [path, query = ""] = tile.getAttribute("href").split("?");
  window.htmx.ajax("GET", `${path}card/${query && `?${query}`}`, { target: home.dataset.tower, swap: "outerHTML" });
}

// The nearest tile in that direction, by where tiles lie on the screen: split houses and wide ones need no rule of their own.
function beside(tile, key) {
  const from = tile.getBoundingClientRect();
  const at = (box) => [box.left + box.width / 2, box.top + box.height / 2];
  const [x, y] = at(from);
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const forward = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  let best = null, least = Infinity;
  for (const other of tower(tile).querySelectorAll(".tile")) {
    const [ox, oy] = at(other.getBoundingClientRect());
    const along = (across ? ox - x : oy - y) * forward, off = Math.abs(across ? oy - y : ox - x);
    if (along < 4 || (across && off > 12)) continue;
    const distance = along + off * 4;
    if (distance < least) [best, least] = [other, distance];
  }
  return best;
}

document.addEventListener("click", (event) => {
  const tile = event.target.closest?.("[data-tower] .tile");
  if (!tile || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  if (tile.hasAttribute("aria-current") || !window.htmx) return;
  event.preventDefault();
  show(tile);
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("[data-tower-close]")) return;
  event.target.closest(".house-card").classList.add("house-card-empty");
  document.querySelector("[data-tower] [aria-current]")?.removeAttribute("aria-current");
});
document.addEventListener("keydown", (event) => {
  const tile = event.target.closest?.("[data-tower] .tile");
  if (!tile || !event.key.startsWith("Arrow")) return;
  event.preventDefault();
  const next = beside(tile, event.key);
  if (!next) return;
  next.focus();
  if (wide.matches) show(next);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-only]");
  if (!(button instanceof HTMLButtonElement)) return;
  const home = document.querySelector("[data-tower]");
  const pressed = button.getAttribute("aria-pressed") !== "true";
  document.querySelectorAll("button[data-only]").forEach((one) => one.setAttribute("aria-pressed", String(pressed && one === button)));
  home.querySelectorAll(".tile-kept").forEach((one) => one.classList.remove("tile-kept"));
  if (!pressed) return home.removeAttribute("data-only");
  home.dataset.only = button.dataset.only;
  home.querySelectorAll(`.tile-${button.dataset.only}`).forEach((one) => one.classList.add("tile-kept"));
});
