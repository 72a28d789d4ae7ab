// Officers' cards read by the camera. What was read goes to the roll call (rollcall.js) as the event "card".
const box = document.getElementById("camera");
const form = document.getElementById("roll");
const [button, video, note] = ["button", "video", "p[role=status]"].map((one) => box?.querySelector(one));
let stop = null;
let busy = false;

function off(text = "") {
  stop?.();
  stop = null;
  button.textContent = button.dataset.start;
  note.textContent = text;
}

function said(code) {
  form.dispatchEvent(new CustomEvent("card", { detail: code }));
  navigator.vibrate?.(60);
}

async function turn() {
  if (busy) return;
  if (stop) return off();
  busy = true;
  note.textContent = "";
  try {
    const { watch } = await import(box.dataset.watch);
    stop = await watch(video, box.dataset.reader, said, () => off(note.dataset.missing));
    button.textContent = button.dataset.stop;
    box.scrollIntoView({ block: "start" });
  } catch (error) {
    off(error.name === "NotAllowedError" ? note.dataset.refused : note.dataset.missing);
  }
  busy = false;
}

if (box && navigator.mediaDevices?.getUserMedia) {
  button.addEventListener("click", turn);
  addEventListener("pagehide", () => off());
} else if (box) {
  button.hidden = true;
  note.textContent = note.dataset.missing;
}
