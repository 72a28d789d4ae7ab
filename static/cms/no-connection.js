// Saving without a connection would put the browser's error page in the place of what was typed. The page stays and says so;
// Wagtail's own scripts, which show the button as busy, hear nothing of the press.
const { said } = document.currentScript.dataset;

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button, input[type=submit]");
  if (navigator.onLine || button?.type !== "submit" || button.form?.method !== "post") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  alert(said);
}, true);
