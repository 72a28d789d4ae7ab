// The microphone, and a take being spoken into it. The sound stays as it is: the server cleans it, and knows how.
const TYPES = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
// Without a recorder that writes one of these the samples are kept.
export const type = TYPES.find((one) => globalThis.MediaRecorder?.isTypeSupported(one)) ?? "audio/wav";

// `hear` gets the samples of each tenth of a second; `ended` is called when a call comes in or the plug is pulled.
export async function open(meterUrl, hear, ended) {
  if (!navigator.mediaDevices?.getUserMedia || !globalThis.AudioWorkletNode) throw new DOMException("", "NotSupportedError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const context = new AudioContext();
  await context.resume();
  await context.audioWorklet.addModule(meterUrl);
  const meter = new AudioWorkletNode(context, "meter", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  meter.port.onmessage = ({ data }) => hear(data);
  context.createMediaStreamSource(stream).connect(meter);
  const [track] = stream.getAudioTracks();
  track.onended = ended;
  return {
    stream,
    rate: context.sampleRate,
    get live() { return track.readyState === "live"; },
    close() { track.stop(); return context.close(); },
  };
}

// `write` gets the sound in pieces of half a second.
export function record(microphone, write) {
  return type === "audio/wav" ? samplesInto(write) : encoded(microphone.stream, write);
}

function encoded(stream, write) {
  const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 64_000 });
  recorder.ondataavailable = ({ data }) => { if (data.size) write(data); };
  recorder.start(500);
  return {
    hear() {},
    end: () => new Promise((done) => {
      if (recorder.state === "inactive") done();
      recorder.onstop = done;
      if (recorder.state !== "inactive") recorder.stop();
    }),
  };
}

function samplesInto(write) {
  let waiting = [];
  const flush = () => {
    const whole = new Int16Array(waiting.reduce((sum, block) => sum + block.length, 0));
    let at = 0;
    for (const block of waiting) for (const x of block) whole[at++] = Math.max(-32768, Math.min(32767, Math.round(x * 32767)));
    waiting = [];
    if (whole.length) write(whole.buffer);
  };
  return {
    hear(block) { if (waiting.push(block) >= 5) flush(); },
    async end() { flush(); },
  };
}
