// Unfolded menus fold when one clicks elsewhere or presses Escape; data-dismiss removes a flash; data-focus takes the focus when it appears.
const open = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  open().forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open"));
  const dismiss = event.target.closest("[data-dismiss]");
  dismiss?.closest(dismiss.dataset.dismiss)?.remove();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  open().forEach((menu) => { menu.removeAttribute("open"); menu.querySelector("summary").focus(); });
});

const attend = (place) => place.querySelector("[data-focus]")?.focus();
attend(document);
document.addEventListener("htmx:afterSwap", (event) => attend(event.target));
