// form[data-once]: acts once, however often it is pressed. The form key stays as it is, so even a resent request is the same request;
// the button comes back when the person returns to the page by the back button.
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}");

// On window, so that whoever stops a form (a missing signature, a missing network) has had their say.
addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "1";
  const button = event.submitter;
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  const label = button.querySelector("span:not(.keys)");
  if (label && words.busy) { label.dataset.words = label.textContent; label.textContent = words.busy; }
});

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => {
    button.removeAttribute("aria-busy");
    const label = button.querySelector("span[data-words]");
    if (label) label.textContent = label.dataset.words;
  });
}
// What htmx sends without a form gets a key of its own.
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, parameters, headers } = event.detail;
  if (verb === "get" || parameters.form_key) return;
  headers["X-Form-Key"] = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form[data-sent]");
  if (form) release(form);
});
