// The studio: one segment at a time, as many takes as it needs, the best one sent. What is spoken lies in the browser first
// (takes.js), is judged at once (verdict.js) and by the server when it has arrived.
const root = document.getElementById("studio");
const { version, person } = root.dataset;
const words = JSON.parse(document.getElementById("studio-words").textContent);
const segments = JSON.parse(document.getElementById("studio-segments").textContent);
const sayings = JSON.parse(document.getElementById("studio-verdicts").textContent);
const part = (name) => root.querySelector(`[data-${name}]`);
const form = part("send");
const [takes, { Listener }, { send: sendFile }] = await Promise.all(
  ["takes", "verdict", "upload"].map((name) => import(root.dataset[`${name}Js`])),
);
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const PLACE = `studio:${version}:${person}`;

let sounds = JSON.parse(document.getElementById("studio-sounds").textContent);
let mine = [];
let here = 0;
let session = null; // the open microphone
let running = null; // the take being spoken
let sending = false;

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

const chip = (state, text) => make("span", { className: `chip shape is-${state}`, textContent: text });
const say = (text) => { part("say").textContent = text; };

// What is shown --------------------------------------------------------------------------------------------------------
function stateOf(segment) {
  const sound = sounds[segment.id];
  const chosen = mine.find((t) => t.segment === segment.id && t.chosen);
  if (chosen && sound?.title !== chosen.title) return ["due", chosen.problem || words.toSend];
  if (sound?.state === "ready") return ["done", words.usable];
  if (sound?.state === "waiting") return ["due", words.checking];
  if (sound?.state === "refused") return ["over", words.notUsable];
  return mine.some((t) => t.segment === segment.id) ? ["due", words.notChosen] : ["plain", words.toRecord];
}

function show() {
  const segment = segments[here];
  part("where").textContent = fill(words.where, { n: here + 1, all: segments.length, kind: segment.kind, time: clock(segment.seconds) });
  part("list").replaceChildren(...segments.map((one, i) => {
    const button = make("button", { type: "button", className: "quiet", textContent: `${i + 1}`, title: one.kind });
    button.setAttribute("aria-label", `${i + 1}. ${one.kind}: ${stateOf(one)[1]}`);
    if (i === here) button.setAttribute("aria-current", "step");
    button.dataset.state = stateOf(one)[0];
    button.onclick = () => go(i);
    return button;
  }));
  part("state").replaceChildren(chip(...stateOf(segment)));
  const sound = sounds[segment.id];
  const said = sound && sound.words.length ? sound.words.map((text) => make("p", { className: "note", textContent: text })) : [];
  part("state").append(...said);
  part("takes").replaceChildren(...mine.filter((t) => t.segment === segment.id && t !== running?.take).map(row));
  const open = segments.filter((one) => sounds[one.id]?.state !== "ready").length;
  part("done").hidden = open > 0;
  part("left").textContent = open ? fill(words.left, { n: open }) : "";
}

function row(take, i) {
  const item = make("li", { className: "card" });
  const refused = take.verdict.some(([, severity]) => severity === "refuse");
  item.append(make("p", {}, make("strong", { textContent: fill(words.take, { n: i + 1, time: clock(take.seconds) }) }), " ",
    take.chosen ? chip("done", words.best) : refused ? chip("over", words.again) : chip("plain", words.good)));
  for (const [code] of take.verdict) item.append(make("p", { className: "note", textContent: sayings[code] }));
  if (take.problem) item.append(make("p", { className: "note", role: "status", textContent: take.problem }));
  const player = make("audio", { controls: true, preload: "none" });
  player.setAttribute("aria-label", fill(words.take, { n: i + 1, time: clock(take.seconds) }));
  takes.file(take).then((file) => { player.src = URL.createObjectURL(file); });
  const acts = make("p", { className: "row" });
  if (!take.chosen) {
    const use = make("button", { type: "button", className: refused ? "quiet" : "", textContent: words.use });
    use.onclick = () => choose(take);
    acts.append(use);
  }
  const away = make("button", { type: "button", className: "danger", textContent: words.remove });
  away.onclick = async () => {
    if (!confirm(words.sure)) return;
    await takes.remove(take.id);
    await load();
  };
  if (!take.chosen) acts.append(away);
  item.append(player, acts);
  return item;
}

async function load() {
  mine = await takes.ofVersion(version, person);
  show();
}

function go(to) {
  if (running) return;
  here = Math.max(0, Math.min(segments.length - 1, to));
  localStorage.setItem(PLACE, segments[here].id);
  const { lang, sentences } = segments[here];
  part("text").replaceChildren(...sentences.map((text) => make("p", { textContent: text })));
  part("text").lang = lang;
  part("text").scrollTop = 0;
  show();
}

// The prompter: the sentence that is due by the language's reading rate ------------------------------------------------
const pace = part("pace");
pace.value = localStorage.getItem("studio:pace") || "1";
pace.onchange = () => localStorage.setItem("studio:pace", pace.value);

function prompter(segment) {
  const lines = [...part("text").children];
  const lengths = segment.sentences.map((text) => text.split(/\s+/).length);
  const all = lengths.reduce((a, b) => a + b, 0);
  let spent = 0, last = performance.now(), paused = false, now = -1;
  const timer = setInterval(() => {
    const time = performance.now();
    if (!paused) spent += (time - last) / 1000 * pace.value;
    last = time;
    let left = spent / segment.seconds * all, due = 0;
    while (due < lines.length - 1 && left >= lengths[due]) left -= lengths[due++];
    if (due === now) return;
    now = due;
    lines.forEach((line, i) => { line.className = i === due ? "now" : ""; });
    part("text").scrollTo({ top: lines[due].offsetTop - part("text").clientHeight / 4, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }, 100);
  return {
    toggle() { paused = !paused; return paused; },
    stop() { clearInterval(timer); lines.forEach((line) => { line.className = ""; }); },
  };
}

// The microphone -------------------------------------------------------------------------------------------------------
async function open() {
  if (session?.track.readyState === "live") return session;
  if (!navigator.mediaDevices?.getUserMedia) throw Object.assign(new Error(), { name: "Insecure" });
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { channelCount: 1, echoCancellation: false, noiseSuppression: false, autoGainControl: false },
  });
  const context = new AudioContext();
  await context.resume();
  await context.audioWorklet.addModule(root.dataset.meterJs);
  const meter = new AudioWorkletNode(context, "meter", { numberOfOutputs: 0, channelCount: 1, channelCountMode: "explicit" });
  context.createMediaStreamSource(stream).connect(meter);
  const [track] = stream.getAudioTracks();
  const level = new Listener();
  meter.port.onmessage = ({ data }) => {
    level.hear(data);
    level.frames.length = 0;
    part("meter").value = Math.max(0, 60 + 20 * Math.log10(level.peak || 1e-6));
    part("meter-word").textContent = level.peak > 0.98 ? words.tooLoud : level.peak < 0.02 ? words.tooQuiet : words.fine;
    running?.hear(data);
  };
  // A call comes in, the microphone is pulled out: what was spoken is kept.
  track.onended = () => stop();
  session = { stream, track, context };
  return session;
}

function complain(error) {
  const said = { NotAllowedError: words.refused, NotFoundError: words.absent, NotReadableError: words.inUse, Insecure: words.insecure };
  say(said[error.name] ?? fill(words.broken, { error: error.message || error.name }));
}

let awake = null;
const stayAwake = async () => { awake = await navigator.wakeLock?.request("screen").catch(() => null); };
document.addEventListener("visibilitychange", () => { if (running && !document.hidden) stayAwake(); });

// A take ---------------------------------------------------------------------------------------------------------------
const TYPE = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"].find((type) => window.MediaRecorder?.isTypeSupported(type));

async function start() {
  part("record").disabled = true;
  try {
    const { stream, context } = await open();
    const segment = segments[here];
    const id = newId();
    const count = mine.filter((t) => t.segment === segment.id).length + 1;
    const take = {
      id, version, person, segment: segment.id, at: Date.now(), type: TYPE ?? "audio/wav", rate: context.sampleRate, seconds: 0,
      name: `${segment.number}-${count}-${id.slice(0, 6)}`, verdict: [], chosen: false, over: false,
    };
    take.title = `${take.name}.${!TYPE ? "wav" : TYPE.includes("ogg") ? "ogg" : "webm"}`;
    await takes.save(take);
    const listener = new Listener();
    let n = 0;
    const writing = [];
    const write = (data) => writing.push(takes.append(id, n++, data).catch(() => say(words.full)));
    let recorder = null, pending = [];
    if (TYPE) {
      recorder = new MediaRecorder(stream, { mimeType: TYPE, audioBitsPerSecond: 96_000 });
      recorder.ondataavailable = ({ data }) => { if (data.size) write(data); };
      recorder.start(500);
    }
    const flush = () => {
      const pcm = new Int16Array(pending.reduce((sum, block) => sum + block.length, 0));
      let at = 0;
      for (const block of pending) for (const x of block) pcm[at++] = Math.max(-32768, Math.min(32767, Math.round(x * 32767)));
      pending = [];
      if (pcm.length) write(pcm.buffer);
    };
    running = {
      take, listener, segment, prompter: prompter(segment),
      hear(block) {
        listener.hear(block);
        part("time").textContent = clock(listener.seconds);
        if (recorder) return;
        pending.push(block);
        if (pending.length >= 5) flush();
      },
      async end() {
        if (recorder && recorder.state !== "inactive") {
          await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
        }
        flush();
        await Promise.all(writing);
      },
    };
    stayAwake();
    say(words.recording);
    part("record").textContent = words.stop;
    part("hold").hidden = false;
    root.dataset.recording = "";
  } catch (error) {
    complain(error);
  }
  part("record").disabled = false;
}

async function stop() {
  if (!running) return;
  const { take, listener, segment, prompter: lines, end } = running;
  part("record").disabled = true;
  lines.stop();
  await end();
  awake?.release();
  await takes.save({ ...take, over: true, seconds: listener.seconds, verdict: listener.judge(segment.seconds) });
  running = null;
  delete root.dataset.recording;
  part("record").textContent = words.record;
  part("hold").hidden = true;
  part("hold").textContent = words.hold;
  part("record").disabled = false;
  say(words.stopped);
  await load();
  part("takes").lastElementChild?.scrollIntoView({ block: "nearest" });
}

// Sending: in pieces, in the order they were chosen, again and again until the server has it ----------------------------
async function choose(take) {
  for (const other of mine.filter((t) => t.segment === take.segment)) await takes.save({ ...other, chosen: other.id === take.id, problem: "" });
  await load();
  const next = segments.findIndex((one, i) => i > here && !mine.some((t) => t.segment === one.id && t.chosen) && sounds[one.id]?.state !== "ready");
  if (next >= 0) go(next);
  window.scrollTo({ top: 0 });
  deliver();
}

async function look() {
  const answer = await fetch(root.dataset.sounds, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (!answer.ok || !/json/.test(answer.headers.get("Content-Type"))) return false;
  ({ sounds } = await answer.json());
  return true;
}

async function deliver() {
  if (sending) return;
  sending = true;
  try {
    await look();
    for (let take; (take = mine.find((t) => t.chosen && sounds[t.segment]?.title !== t.title && !t.problem)); ) {
      const problem = await deliverOne(take);
      if (problem) await takes.save({ ...take, problem });
      await look();
      await load();
    }
  } catch { /* no connection: the sounds are asked for again below */ }
  sending = false;
  follow();
}

async function deliverOne(take) {
  const file = await takes.file(take);
  let upload;
  try {
    upload = await sendFile(form, file, (bytes) => {
      part("sending").textContent = `${words.sending} ${Math.floor((bytes / file.size) * 100)} %`;
    }, () => { part("sending").textContent = words.waiting; });
  } catch (error) {
    part("sending").textContent = "";
    return error.message || words.failed;
  }
  const body = new URLSearchParams({ segment: take.segment, upload });
  const answer = await fetch(form.action, {
    method: "POST", body, headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, Accept: "application/json" },
  });
  part("sending").textContent = "";
  if (answer.ok && /json/.test(answer.headers.get("Content-Type"))) return "";
  return (await answer.json().catch(() => ({}))).message ?? words.failed;
}

let following = 0;

async function follow() {
  clearTimeout(following);
  try {
    if (await look()) await tidy();
  } catch { /* asked again */ }
  show();
  const unsent = mine.some((t) => t.chosen && sounds[t.segment]?.title !== t.title && !t.problem);
  if (unsent) following = setTimeout(deliver, 5000);
  else if (Object.values(sounds).some((sound) => sound.state === "waiting")) following = setTimeout(follow, 1500);
}

// Once the server has found a take usable, the phone need not keep it.
async function tidy() {
  for (const take of mine) {
    const sound = sounds[take.segment];
    if (take.chosen && sound?.state === "ready" && sound.title === take.title) await takes.remove(take.id);
  }
  mine = await takes.ofVersion(version, person);
}

async function begin() {
  for (const take of await takes.ofVersion(version, person)) {
    if (take.over) continue;
    // The page was closed while it was spoken: what had been written is a take like any other.
    const { size } = await takes.file(take);
    if (size > 1000) await takes.save({ ...take, over: true, seconds: await lengthOf(take), verdict: [["cut", "warn"]] });
    else await takes.remove(take.id);
  }
  for (const take of await takes.ofVersion(version, person)) if (take.problem) await takes.save({ ...take, problem: "" });
  await load();
  const place = segments.findIndex((one) => one.id === localStorage.getItem(PLACE));
  const first = segments.findIndex((one) => stateOf(one)[0] !== "done");
  go(place >= 0 ? place : first);
  part("record").onclick = () => (running ? stop() : start());
  part("hold").onclick = () => { part("hold").textContent = running?.prompter.toggle() ? words.goOn : words.hold; };
  part("before").onclick = () => go(here - 1);
  part("next").onclick = () => go(here + 1);
  addEventListener("online", deliver);
  root.hidden = false;
  deliver();
}

async function lengthOf(take) {
  try {
    const sound = await new OfflineAudioContext(1, 1, 48_000).decodeAudioData(await (await takes.file(take)).arrayBuffer());
    return sound.duration;
  } catch {
    return 0;
  }
}
begin();
