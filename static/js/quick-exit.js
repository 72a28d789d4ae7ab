// Quick exit: empties the page at once, then replaces it, so that "back" does not return here; nor does it return to what
// was read before in this tab: those pages leave again by themselves, until one is opened anew.
// Escape three times within two seconds does the same from anywhere on the page.
const presses = [];

// Where this tab left to. A browser may forbid to keep anything: then only the page itself is replaced.
function left(address) {
  try {
    if (address !== undefined) sessionStorage.left = address;
    return sessionStorage.left;
  } catch {
    return "";
  }
}

function leave(address) {
  document.title = " ";
  document.documentElement.hidden = true;
  left(address);
  location.replace(address);
}

const again = () => { if (left()) leave(left()); };
if (performance.getEntriesByType("navigation")[0]?.type === "back_forward") again();
else left("");
addEventListener("pageshow", ({ persisted }) => { if (persisted) again(); });

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
