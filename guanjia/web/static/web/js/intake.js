// The intake form: only the questions of the chosen type are shown, and a suggestion is taken over with one press.
(() => {
  const form = () => document.querySelector("[data-intake]");

  function fit() {
    const shape = form();
    if (!shape) return;
    const type = shape.elements.type.value;
    for (const part of shape.querySelectorAll("[data-for-type]")) part.hidden = part.dataset.forType !== type;
  }

  function take(button) {
    const { type, category } = form().elements;
    if (button.dataset.suggestType) type.value = button.dataset.suggestType;
    if (button.dataset.suggestCategory) category.value = button.dataset.suggestCategory;
    fit();
    category.dispatchEvent(new Event("change", { bubbles: true }));
    category.focus();
  }

  document.addEventListener("change", (event) => event.target.name === "type" && fit());
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-suggest-type]");
    if (button && form()) take(button);
  });
  document.addEventListener("htmx:afterSwap", fit);
  fit();
})();
