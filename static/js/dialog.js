// Opens <dialog> as a real modal (focus inside, Escape closes). Without this script the link's #target shows it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  const shown = closer?.closest("dialog");
  if (shown?.open) {
    event.preventDefault();
    shown.close();
  } else if (event.target.matches?.("dialog[open]")) {
    event.target.close(); // a click beside the box
  }
});
