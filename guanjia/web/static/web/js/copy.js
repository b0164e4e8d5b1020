// data-copy="text": puts it on the clipboard and says so for a moment.
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}");

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || !navigator.clipboard) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = button.querySelector("span") || button;
  const said = label.textContent;
  label.textContent = words.copied;
  setTimeout(() => { label.textContent = said; }, 1500);
});
