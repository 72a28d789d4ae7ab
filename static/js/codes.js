// Watches the camera for QR codes, also without a connection; no picture leaves the phone or is kept. The browser's own reader
// where it has one that works, else ours (qr.js).
const PAUSE = 250;
const FORGOTTEN = 2000;
const LONGEST = 640;
const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

// Says each code once while it is before the camera. Gives a function that switches the camera off; `gone` when something else
// took it. `reader`: the address of qr.js. Throws what getUserMedia throws.
export async function watch(video, reader, said, gone) {
  const look = await eye(reader);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
  let on = true;
  const stop = () => {
    on = false;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };
  for (const track of stream.getTracks()) track.addEventListener("ended", () => { stop(); gone(); });
  try {
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
  } catch (error) {
    stop();
    throw error;
  }
  follow(() => on && look(video), said);
  return stop;
}

async function follow(seen, said) {
  let [last, at, strange] = ["", 0, 0];
  for (let code; (code = await seen()) !== false; await pause(PAUSE)) {
    // A code that is no card is said when it was seen three times: one blurred picture is no reason.
    strange = code === "?" ? strange + 1 : 0;
    if (!code || (strange && strange < 3)) continue;
    if (code !== last || Date.now() - at > FORGOTTEN) said(code);
    [last, at] = [code, Date.now()];
  }
}

async function eye(reader) {
  const { read } = await import(reader);
  let own = null;
  try {
    if ((await BarcodeDetector.getSupportedFormats()).includes("qr_code")) own = new BarcodeDetector({ formats: ["qr_code"] });
  } catch { /* none here */ }
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  return async (video) => {
    if (!video.videoWidth) return "";
    // Some phones name a reader that then refuses every picture.
    if (own) try { return (await own.detect(video))[0]?.rawValue ?? ""; } catch { own = null; }
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    [canvas.width, canvas.height] = [video.videoWidth * scale, video.videoHeight * scale];
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    return read(brush.getImageData(0, 0, canvas.width, canvas.height));
  };
}
