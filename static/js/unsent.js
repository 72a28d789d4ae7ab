// Without a connection a form is not sent: it stays where it is with what was typed, and says so.
for (const form of document.querySelectorAll("form[data-unsent]")) {
  const words = form.querySelector("[data-no-connection]");
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    words.hidden = false;
    words.scrollIntoView({ block: "center" });
  });
  addEventListener("online", () => { words.hidden = true; });
}
