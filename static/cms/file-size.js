// A file that is too large is said so when it is chosen: sent, it would be cut off on the way and the page lost with it.
document.addEventListener("change", (event) => {
  const input = event.target.closest("input[type=file][data-largest]");
  if (!input) return;
  input.parentElement.querySelector("[data-too-large]")?.remove();
  if (![...input.files].some((file) => file.size > Number(input.dataset.largest))) return;
  input.value = "";
  const note = document.createElement("p");
  note.dataset.tooLarge = "";
  note.className = "error error-message";
  note.setAttribute("role", "alert");
  note.textContent = input.dataset.refusal;
  input.after(note);
});
