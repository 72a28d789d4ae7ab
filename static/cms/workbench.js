// A page that waits for a sound to be checked or made asks every few seconds, and shows itself anew when it is there:
// not while something is playing, being sent or typed.
const waiting = document.querySelector("[data-progress]");
const busy = () =>
  [...document.querySelectorAll("audio")].some((sound) => !sound.paused) ||
  [...document.querySelectorAll("input[type=file]")].some((input) => input.files.length) ||
  [...document.querySelectorAll("textarea")].some((box) => box.value !== box.defaultValue);

async function ask() {
  try {
    const answer = await fetch(waiting.dataset.progress, { headers: { Accept: "application/json" } });
    if (answer.ok && !(await answer.json()).waiting && !busy()) return location.reload();
  } catch { /* no connection: ask again */ }
  setTimeout(ask, 4000);
}
if (waiting) setTimeout(ask, 3000);
