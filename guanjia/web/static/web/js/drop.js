// data-drop: says which files were chosen and lights up while one drags over it.
document.addEventListener("change", (event) => {
  const drop = event.target.closest("[data-drop]");
  if (drop) drop.querySelector("[data-drop-names]").textContent = [...event.target.files].map((file) => file.name).join("、");
});
for (const [name, over] of [["dragenter", true], ["dragleave", false], ["drop", false]]) {
  document.addEventListener(name, (event) => event.target.closest?.("[data-drop]")?.toggleAttribute("data-over", over));
}
