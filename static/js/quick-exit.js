// Quick exit: empties the page at once, then replaces it, so that "back" does not return here.
// Escape three times within two seconds does the same from anywhere on the page.
const presses = [];

function leave(address) {
  document.title = " ";
  document.body.hidden = true;
  location.replace(address);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quick-exit]");
  if (!link) return;
  event.preventDefault();
  leave(link.href);
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  presses.push(event.timeStamp);
  if (presses.length >= 3 && event.timeStamp - presses.at(-3) < 2000) leave(document.querySelector("[data-quick-exit]").href);
});
