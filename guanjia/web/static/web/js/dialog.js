// data-dialog="id" opens that <dialog>; data-close closes the one around it; so does a click on the veil.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!dialog) return;
    event.preventDefault();
    dialog.showModal();
    dialog.querySelector("[autofocus], .dialog-body input:not([type=hidden]), .dialog-body select, .dialog-body textarea")?.focus();
  } else if (event.target.closest("[data-close]") || event.target.matches("dialog:modal")) {
    event.target.closest("dialog")?.close();
  }
});
