// The studio: one segment at a time, as many takes as it needs, the best one sent. What is spoken lies in the browser first
// (takes.js), is judged at once (verdict.js), and by the server when it has arrived (delivery.js).
const root = document.getElementById("studio");
const read = (name) => JSON.parse(document.getElementById(`studio-${name}`).textContent);
const [words, segments, sayings, modules] = ["words", "segments", "verdicts", "modules"].map(read);
const [takes, { Listener }, microphone, { prompter }, { look, deliver, Trouble }, { sendPieces }] = await Promise.all(
  ["takes", "verdict", "microphone", "prompter", "delivery", "upload"].map((name) => import(modules[name])),
);
const { version, person } = root.dataset;
const part = (name) => root.querySelector(`[data-${name}]`);
const form = part("send");
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, "0")}`;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0"))
  .join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
const kept = { get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* private window */ } } };
const PLACE = `studio:${version}:${person}`;

let sounds = read("sounds");
let mine = []; // the takes of this version in this browser
let here = 0; // the segment in sight
let ears = null; // the open microphone
let running = null; // the take being spoken
let sending = false;
let notice = ""; // why nothing can be sent just now

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}
const chip = (state, text) => make("span", { className: `chip shape is-${state}`, textContent: text });
const note = (text) => make("p", { className: "note", textContent: text });
const say = (text) => { part("say").textContent = text; };
const isRefused = (take) => take.verdict.some(([, severity]) => severity === "refuse");
const ofSegment = (segment) => mine.filter((take) => take.segment === segment.id && take.over);
const digestOf = (take) => segments.find((one) => one.id === take.segment)?.digest;

// What is shown --------------------------------------------------------------------------------------------------------
function stateOf(segment) {
  const sound = sounds[segment.id];
  const chosen = mine.find((take) => take.segment === segment.id && take.chosen);
  if (chosen && !chosen.delivered) return chosen.problem ? ["over", words.notUsable] : ["due", words.toSend];
  if (sound?.state === "ready") return ["done", words.usable];
  if (sound?.state === "waiting") return ["due", words.checking];
  if (sound?.state === "refused") return ["over", words.notUsable];
  return ofSegment(segment).length ? ["due", words.notChosen] : ["plain", words.toRecord];
}

function show() {
  const segment = segments[here];
  const [sound, own] = [sounds[segment.id], ofSegment(segment)];
  part("where").textContent = fill(words.where, { n: here + 1, all: segments.length, kind: segment.kind, time: clock(segment.seconds) });
  part("list").replaceChildren(...segments.map((one, i) => {
    const [state, said] = stateOf(one);
    const button = make("button", { type: "button", className: "quiet", textContent: one.number, onclick: () => go(i) });
    button.setAttribute("aria-label", `${one.number}. ${one.kind}: ${said}`);
    if (i === here) button.setAttribute("aria-current", "step");
    button.dataset.state = state;
    return button;
  }));
  part("verdict").replaceChildren(chip(...stateOf(segment)), ...(sound?.words ?? []).map(note));
  list(segment, own, own.some((take) => take.id === sound?.take) ? null : sound);
  const open = segments.filter((one) => stateOf(one)[0] !== "done").length;
  part("done").hidden = open > 0;
  part("left").textContent = open ? fill(words.left, { n: open }) : "";
  part("notice").hidden = !notice;
  part("notice").firstElementChild.textContent = words[notice] ?? "";
  part("login").hidden = notice !== "signedOut";
  deck(own);
}

// The takes, and the server's sound where it is none of them; drawn anew only when they change, lest a player falls silent.
let drawn = "";

function list(segment, own, sound) {
  const now = JSON.stringify([segment.id, segment.digest, own, sound?.src]);
  if (now === drawn) return;
  drawn = now;
  part("takes").replaceChildren(...own.map(card));
  if (sound) part("takes").prepend(make("li", { className: "card" }, make("strong", { textContent: words.sent }), player(words.sent, sound.src)));
}

// The two large buttons under the text: record, or record again; and use what was just spoken.
function deck(own) {
  const [last] = own.filter((take) => take.digest === digestOf(take)).reverse();
  const usable = !running && last && !last.chosen;
  part("record").textContent = running ? words.stop : usable ? words.recordAgain : words.record;
  part("record").classList.toggle("quiet", Boolean(usable && !isRefused(last)));
  part("use").hidden = !usable || isRefused(last);
  part("use").onclick = () => choose(last);
  part("hold").hidden = !running;
}

function player(label, src) {
  const sound = make("audio", { controls: true, preload: "none", src });
  sound.setAttribute("aria-label", label);
  return sound;
}

function card(take, i) {
  const [label, refused] = [fill(words.take, { n: i + 1, time: clock(take.seconds) }), isRefused(take)];
  const other = take.digest !== digestOf(take);
  const mark = take.chosen ? chip("done", words.chosen)
    : refused || other ? chip("over", words.betterAgain) : chip("plain", words.soundsGood);
  const sound = player(label, "");
  takes.file(take).then((file) => { sound.src = URL.createObjectURL(file); });
  const acts = make("p", { className: "row" });
  if (!take.chosen) {
    if (!other) acts.append(make("button", { type: "button", className: "quiet", textContent: words.use, onclick: () => choose(take) }));
    acts.append(make("button", { type: "button", className: "danger", textContent: words.remove, onclick: () => discard(take) }));
  }
  return make("li", { className: "card" }, make("p", { className: "row" }, make("strong", { textContent: label }), mark),
    ...take.verdict.map(([code]) => note(sayings[code])), ...(other ? [note(words.otherWords)] : []),
    ...(take.problem ? [note(take.problem)] : []), sound, acts);
}

async function load() {
  mine = await takes.ofVersion(version, person);
  show();
}

function go(to) {
  if (running) return;
  here = Math.max(0, Math.min(segments.length - 1, to));
  const segment = segments[here];
  kept.set(PLACE, segment.id);
  part("text").replaceChildren(...segment.sentences.map((text) => make("p", { textContent: text })));
  part("text").lang = segment.lang;
  part("text").scrollTop = 0;
  show();
}

// On a phone the head of the page would leave no room for text and buttons.
const toTheText = () => { if (innerWidth < 640) part("list").scrollIntoView(); };

// A take ---------------------------------------------------------------------------------------------------------------
const level = new Listener();

function hear(block) {
  level.hear(block);
  level.frames.length = 0;
  part("meter").value = Math.max(0, 60 + 20 * Math.log10(level.peak || 1e-6));
  part("meter-word").textContent = level.peak > 0.98 ? words.tooLoud : level.peak < 0.02 ? words.tooQuiet : words.fine;
  if (!running) return;
  running.listener.hear(block);
  running.recorder.hear(block);
  part("time").textContent = clock(running.listener.seconds);
}

function complain({ name, message }) {
  const said = { NotAllowedError: "refused", NotFoundError: "absent", NotReadableError: "inUse", NotSupportedError: "insecure" };
  say(words[said[name]] ?? fill(words.broken, { error: message || name }));
}

let awake = null;
const stayAwake = async () => { awake = await navigator.wakeLock?.request("screen").catch(() => null); };
// While a take is spoken, or sent, another tab of the same page keeps its hands off it.
const alone = (name, work) => navigator.locks?.request(`studio:${name}`, { ifAvailable: true }, (lock) => lock && work()) ?? work();

async function start() {
  part("record").disabled = true;
  try {
    if (!ears?.live) ears = await microphone.open(modules.meter, hear, stop);
    const segment = segments[here];
    const id = newId();
    const take = {
      id, version, person, segment: segment.id, digest: segment.digest, at: Date.now(), type: microphone.type, rate: ears.rate,
      seconds: 0, name: `${segment.number}-${ofSegment(segment).length + 1}-${id.slice(0, 6)}`, verdict: [], chosen: false, over: false,
    };
    await takes.save(take);
    const writing = [];
    const write = (piece) => writing.push(takes.append(id, writing.length, piece).catch(() => { say(words.full); stop(); }));
    const recorder = microphone.record(ears, write);
    const pace = () => Number(part("pace").value);
    let release = () => {};
    running = { take, segment, recorder, writing, release: () => release(), listener: new Listener(), lines: prompter(part("text"), segment.sentences, segment.seconds, pace) };
    alone(id, () => new Promise((done) => { release = done; }));
    stayAwake();
    toTheText();
    say(words.recording);
    root.dataset.recording = "";
    show();
  } catch (error) {
    complain(error);
  }
  part("record").disabled = false;
}

async function stop() {
  if (!running || running.ending) return;
  running.ending = true;
  part("record").disabled = true;
  const { take, listener, segment, lines, recorder, writing, release } = running;
  lines.stop();
  await recorder.end();
  await Promise.all(writing);
  awake?.release();
  const spoken = { ...take, over: true, seconds: listener.seconds, verdict: listener.judge(segment.seconds) };
  await takes.save(spoken);
  release();
  running = null;
  delete root.dataset.recording;
  part("hold").textContent = words.hold;
  part("record").disabled = false;
  const found = spoken.verdict.map(([code]) => sayings[code]);
  say([...found, isRefused(spoken) ? words.again : words.good].join(" "));
  await load();
}

async function discard(take) {
  if (!confirm(words.sure)) return;
  await takes.remove(take.id);
  await load();
}

// A page that was closed while a take was spoken: what had been written is a take like any other.
async function recover(take) {
  const file = await takes.file(take);
  if (file.size < 1000) return takes.remove(take.id);
  const listener = await Listener.of(file);
  const expected = segments.find((one) => one.id === take.segment)?.seconds ?? 0;
  const verdict = [["cut", "warn"], ...(listener?.judge(expected) ?? [])];
  return takes.save({ ...take, over: true, seconds: listener?.seconds ?? 0, verdict });
}

// Sending: one take after the other, again and again until the server has it -------------------------------------------
async function choose(take) {
  for (const other of mine.filter((one) => one.segment === take.segment)) {
    await takes.change(other.id, { chosen: other.id === take.id, delivered: false, problem: "" });
  }
  say("");
  await load();
  const next = segments.findIndex((one, i) => i > here && stateOf(one)[0] !== "done" && !mine.some((t) => t.segment === one.id && t.chosen));
  if (next >= 0) go(next);
  toTheText();
  send();
}

const due = () => mine.find((take) => take.chosen && !take.delivered && !take.problem);
let next = 0;
let patience = 1500;

// Asked again soon after something was sent, then less and less often.
function pause() {
  if (notice === "signedOut" || notice === "another") return 0;
  if (notice) return notice === "waiting" ? 3000 : 10_000;
  if (due()) return 3000;
  patience = Math.min(patience * 1.3, 15_000);
  return Object.values(sounds).some((sound) => sound.state === "waiting") ? patience : 0;
}

async function send() {
  if (sending) return;
  sending = true;
  clearTimeout(next);
  try {
    await alone("sending", async () => {
      sounds = await look(root, form);
      notice = "";
      await load();
      for (let take; (take = due()); await load()) await sendOne(take);
      await tidy();
    });
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    notice = error.kind;
  } finally {
    sending = false;
    part("sending").textContent = "";
    show();
  }
  const wait = pause();
  if (wait) next = setTimeout(send, wait);
}

async function sendOne(take) {
  const file = await takes.file(take);
  const tell = (bytes) => {
    // Another one was chosen meanwhile.
    if (!mine.some((one) => one.id === take.id && one.chosen)) throw new Trouble("dropped");
    notice = "";
    part("sending").textContent = fill(words.sending, { percent: Math.floor((bytes / file.size) * 100) });
  };
  const stalled = () => { part("sending").textContent = words.waiting; };
  try {
    sounds = await deliver(form, take, file, sendPieces, tell, stalled);
    await takes.change(take.id, { delivered: true });
    patience = 1500;
  } catch (error) {
    if (error.kind === "refused") await takes.change(take.id, { problem: error.message });
    else if (error.kind !== "dropped") throw error;
  }
  part("sending").textContent = "";
}

// Once the server has found a take usable, the phone need not keep it, nor those it was chosen from.
async function tidy() {
  for (const take of mine.filter((one) => one.chosen && sounds[one.segment]?.take === one.id && sounds[one.segment].state === "ready")) {
    for (const other of mine.filter((one) => one.segment === take.segment && one.at <= take.at)) await takes.remove(other.id);
  }
  mine = await takes.ofVersion(version, person);
}

async function begin() {
  for (const take of await takes.ofVersion(version, person)) {
    if (!take.over) await alone(take.id, () => recover(take));
    else if (take.problem) await takes.change(take.id, { problem: "" });
  }
  navigator.storage?.persist?.();
  part("pace").value = kept.get("studio:pace") || "1";
  part("pace").onchange = () => kept.set("studio:pace", part("pace").value);
  part("record").onclick = () => (running ? stop() : start());
  part("hold").onclick = () => { part("hold").textContent = running?.lines.hold() ? words.goOn : words.hold; };
  part("before").onclick = () => go(here - 1);
  part("next").onclick = () => go(here + 1);
  addEventListener("online", send);
  document.addEventListener("visibilitychange", () => {
    if (running) return document.hidden || stayAwake();
    // Nobody listens while the page is out of sight.
    if (document.hidden && ears?.live) ears.close();
  });
  await load();
  const place = segments.findIndex((one) => one.id === kept.get(PLACE));
  go(place >= 0 ? place : segments.findIndex((one) => stateOf(one)[0] !== "done"));
  document.getElementById("no-studio").hidden = true;
  root.hidden = false;
  toTheText();
  send();
}
if (segments.length) begin();
