// One player at a time; captions load with the first tap; a file that does not load says so in words.
document.addEventListener("play", ({ target }) => {
  for (const other of document.querySelectorAll("audio, video")) if (other !== target) other.pause();
  const track = target.textTracks?.[0];
  if (track?.mode !== "disabled") return;
  // A video shows its captions itself; under a sound they stand in a line of our own.
  const line = target.closest(".player")?.querySelector("[data-player-line]");
  track.mode = line ? "hidden" : "showing";
  if (line) track.addEventListener("cuechange", () => {
    line.textContent = [...track.activeCues].map((cue) => cue.getCueAsHTML().textContent).join(" ");
  });
}, true);

document.addEventListener("error", (event) => {
  const player = event.target.closest?.(".player");
  const note = player?.querySelector("[data-player-error]");
  if (note) note.hidden = false;
}, true);
