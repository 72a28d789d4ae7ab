// Officers' cards read by the camera, where the browser can read codes by itself; without a connection as well. What was read
// goes to the roll call as the event "card"; no picture leaves the phone or is kept.
const box = document.getElementById("camera");
const form = document.getElementById("roll");

async function start(button, video) {
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  let last = "";
  const timer = setInterval(async () => {
    const found = await detector.detect(video).catch(() => []);
    const code = found[0]?.rawValue ?? "";
    // A card that is still before the camera is read once.
    if (code && code !== last) {
      form.dispatchEvent(new CustomEvent("card", { detail: code }));
      navigator.vibrate?.(60);
    }
    last = code;
  }, 300);
  button.textContent = button.dataset.stop;
  return () => {
    clearInterval(timer);
    for (const track of stream.getTracks()) track.stop();
    video.hidden = true;
    button.textContent = button.dataset.start;
  };
}

async function begin() {
  if (!box || !("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  if (!(await BarcodeDetector.getSupportedFormats()).includes("qr_code")) return;
  const [button, video, note] = ["button", "video", "p[role=status]"].map((one) => box.querySelector(one));
  let stop;
  box.hidden = false;
  button.addEventListener("click", async () => {
    note.textContent = "";
    if (stop) stop = stop();
    else stop = await start(button, video).catch(() => { note.textContent = note.dataset.refused; });
  });
  addEventListener("pagehide", () => stop?.());
}
begin();
