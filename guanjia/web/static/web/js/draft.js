// form[data-draft="key"]: what is typed is kept on this device until the server has taken it, so a dead battery or a lost page loses nothing.
const words = JSON.parse(document.querySelector('meta[name="words"]')?.content || "{}");
const SKIPPED = new Set(["csrfmiddlewaretoken", "form_key"]);
const place = (form) => `draft:${form.dataset.draft}`;
const kept = (field) => field.name && !SKIPPED.has(field.name) && !["file", "password", "submit", "button"].includes(field.type) && !(field.value || "").startsWith("data:");

function keep(form) {
  const values = [...form.elements].filter(kept).map((field) => [field.name, field.value, field.checked ?? null]);
  try { localStorage.setItem(place(form), JSON.stringify(values)); } catch { /* a full or forbidden store costs only the draft */ }
}

function restore(form) {
  const values = JSON.parse(localStorage.getItem(place(form)) || "null");
  if (!values) return;
  let changed = false;
  for (const field of [...form.elements].filter(kept)) {
    const choice = field.type === "checkbox" || field.type === "radio";
    const found = values.find(([name, value]) => name === field.name && (!choice || value === field.value));
    if (!found || field.type === "hidden") continue;
    if (choice) { changed ||= field.checked !== found[2]; field.checked = found[2]; } else if (!field.value && found[1]) { changed = true; field.value = found[1]; }
  }
  if (!changed || !words.draft_restored) return;
  const note = document.createElement("p");
  note.className = "field-help";
  note.textContent = words.draft_restored;
  form.prepend(note);
}

document.querySelectorAll("form[data-draft]").forEach(restore);
document.addEventListener("input", (event) => { const form = event.target.closest("form[data-draft]"); if (form) keep(form); });
document.querySelectorAll("[data-draft-done]").forEach((mark) => localStorage.removeItem(`draft:${mark.dataset.draftDone}`));
