// form[data-live]: filters submit themselves when they change, and while one types after a short rest. Empty fields stay out of the address.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-live]");
  if (form) for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
});
document.addEventListener("change", (event) => event.target.closest("form[data-live]")?.requestSubmit());

let rest;
document.addEventListener("input", (event) => {
  const form = event.target.matches('[type="search"], [type="text"]') && event.target.closest("form[data-live]");
  clearTimeout(rest);
  if (form) rest = setTimeout(() => form.requestSubmit(), 500);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-live] :disabled").forEach((field) => { field.disabled = false; }));
