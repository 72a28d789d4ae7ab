// One player at a time; a file that does not load says so in words.
document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);

document.addEventListener("error", (event) => {
  const player = event.target.closest?.(".player");
  const note = player?.querySelector("[data-player-error]");
  if (note) note.hidden = false;
}, true);
