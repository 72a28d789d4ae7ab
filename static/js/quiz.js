// A test survives a cut connection, a killed tab and an empty battery: every answer is first written into this browser, with
// its own id and sequence and the steady clock's time, then sent until the server has said that it has it.
const form = document.getElementById("quiz");
const bar = document.getElementById("quiz-bar");
const words = JSON.parse(document.getElementById("quiz-words").textContent);
const { attempt, person } = form.dataset;
const total = +form.dataset.total;
const [limit, last] = ["limit", "last"].map((name) => (form.dataset[name] === "" ? Infinity : +form.dataset[name]));
const once = "once" in form.dataset;
const [count, line, clock, time] = ["count", "line", "clock", "time"].map((name) => bar.querySelector(`[data-${name}]`));
const sets = [...form.querySelectorAll("fieldset[data-question]")];
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// The journal ----------------------------------------------------------------------------------------------------------
const opened = new Promise((done, failed) => {
  const asked = indexedDB.open("quiz", 1);
  asked.onupgradeneeded = () => {
    asked.result.createObjectStore("answers", { keyPath: "id" }).createIndex("attempt", "attempt");
    asked.result.createObjectStore("attempts", { keyPath: "attempt" });
  };
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

async function store(name, act) {
  const database = await opened;
  return new Promise((done, failed) => {
    const turn = database.transaction(name, "readwrite", { durability: "strict" });
    const asked = act(turn.objectStore(name));
    turn.oncomplete = () => done(asked?.result);
    turn.onabort = () => failed(turn.error);
  });
}

const journal = async () => (await store("answers", (s) => s.index("attempt").getAll(attempt)))
  .filter((one) => one.person === person).sort((a, b) => a.sequence - b.sequence);
const waiting = async () => (await journal()).filter((one) => one.state === "waiting");

// The steady clock: what the server counted when it spoke last, and what has gone by since ----------------------------
let base = +form.dataset.elapsed;
let baseAt = performance.now();
let sequence = +form.dataset.sequence;
// "hand" or "time" once it is handed in: by the person or by the end of the time.
let closing = false;
// Since the page was last open only the phone's own clock has counted: the server is asked before that ends the test.
let guessed = false;
const elapsed = () => Math.max(0, Math.round(base + performance.now() - baseAt));
const note = () => store("attempts", (s) => s.put({ attempt, person, elapsed: elapsed(), wall: Date.now(), closing }));

function told(said, asked) {
  base = said.elapsed;
  baseAt = performance.now();
  guessed = false;
  lock(closing || elapsed() > limit);
  const off = Math.round((said.now - (asked + Date.now()) / 2) / 6e4);
  clock.hidden = Math.abs(off) < 1;
  clock.textContent = clock.hidden ? "" : say(off > 0 ? words.slow : words.fast, { by: Math.abs(off) });
}

// Writing and sending --------------------------------------------------------------------------------------------------
const fieldsOf = (set) => [...new FormData(form)].filter(([name]) => [...set.elements].some((one) => one.name === name && name !== "question"));
const done = (set) => fieldsOf(set).some(([, value]) => value.trim() !== "");
const setOf = (version) => sets.find((one) => one.dataset.question === `${version}`);

async function keep(set) {
  if (closing || (elapsed() > limit && !guessed)) return;
  sequence += 1;
  const entry = {
    id: newId(), attempt, person, version: +set.dataset.question, sequence, elapsed: elapsed(), at: new Date().toISOString(),
    fields: fieldsOf(set), state: "waiting",
  };
  await store("answers", (s) => s.add(entry));
  mark(set, words.kept);
  note();
  // Written is safe; sent are a few seconds' answers together: a third of the requests, for the line and for the server.
  if (once) send();
  else if (!gathering) gathering = setTimeout(send, GATHER);
}

function mark(set, text) {
  const place = set?.querySelector("[data-state]");
  if (place) place.textContent = text;
}

const STATES = { "in-time": words.got, late: words.late, "too-late": words.tooLate };
let busy = false;
let again = false;
let timer = 0;
let pause = 3000;
let gathering = 0;
const GATHER = 6000;

async function send() {
  clearTimeout(gathering);
  gathering = 0;
  if (busy) { again = true; return; }
  busy = true;
  clearTimeout(timer);
  do {
    again = false;
    const left = (await waiting()).slice(0, 100);
    if (!left.length && !closing && !guessed) { line.textContent = ""; break; }
    line.textContent = words.sending;
    const said = await post(left, closing && left.length === (await waiting()).length);
    if (!said) {
      timer = setTimeout(send, pause);
      pause = Math.min(pause * 2, 6e4);
      break;
    }
    pause = 3000;
    for (const entry of left) {
      const state = said.received[uuid(entry.id)] ?? "refused";
      await store("answers", (s) => s.put({ ...entry, state }));
      const newer = (await journal()).some((one) => one.version === entry.version && one.sequence > entry.sequence);
      if (!newer) mark(setOf(entry.version), STATES[state] ?? said.refused[uuid(entry.id)] ?? "");
    }
    count.textContent = say(words.received, { n: said.answered, all: said.total });
    bar.querySelector("progress").value = said.answered;
    line.textContent = "";
    if (said.closed) return finish();
    if (said.reload && !(await waiting()).length) return location.reload();
    if ((await waiting()).length || closing) again = true;
  } while (again);
  busy = false;
}

const uuid = (hex) => hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

async function post(entries, close) {
  const asked = Date.now();
  const stop = new AbortController();
  const out = setTimeout(() => stop.abort(), 2e4);
  try {
    const answers = entries.map(({ id, version, sequence: n, elapsed: ms, at, fields }) => ({ id, version, sequence: n, elapsed: ms, at, fields }));
    const answer = await fetch(form.dataset.send, {
      method: "POST", body: JSON.stringify({ answers, close }), signal: stop.signal,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
    });
    if (answer.redirected || answer.status === 403) {
      line.textContent = words.signin;
      await refresh();
      return null;
    }
    if (answer.ok) {
      const said = await answer.json();
      told(said, asked);
      return said;
    }
    if (answer.status === 404) line.textContent = words.gone;
    else line.textContent = /json/.test(answer.headers.get("Content-Type")) ? (await answer.json()).message : cut(entries.length);
  } catch {
    line.textContent = cut(entries.length);
  } finally {
    clearTimeout(out);
  }
  return null;
}

function cut(n) {
  if (closing) return closing === "time" ? words.ended : words.closing;
  return n ? say(words.waits, { n }) : words.offline;
}

// Signed in again in another tab: this page goes on with the new token.
async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || new URL(answer.url).pathname !== location.pathname) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("#quiz [name=csrfmiddlewaretoken]");
  if (token) form.elements.csrfmiddlewaretoken.value = token.value;
}

async function finish() {
  for (const entry of await journal()) await store("answers", (s) => s.delete(entry.id));
  await store("attempts", (s) => s.delete(attempt));
  location.replace(form.dataset.result);
}

const fixed = new Set();

function lock(all) {
  for (const set of sets) set.disabled = Boolean(all) || fixed.has(set);
}

async function handIn(by) {
  closing ||= by;
  lock(true);
  await note();
  send();
}

// What the person does -------------------------------------------------------------------------------------------------
const typing = new Map();

function changed({ target, type }) {
  const set = target.closest("fieldset[data-question]");
  if (!set || once) return;
  clearTimeout(typing.get(set));
  if (type === "change") { typing.delete(set); keep(set); }
  else if (target.matches("input:not([type=radio], [type=checkbox])")) typing.set(set, setTimeout(() => { typing.delete(set); keep(set); }, 600));
}

async function flush() {
  for (const [set, pending] of [...typing]) { clearTimeout(pending); typing.delete(set); await keep(set); }
}

// Whoever leaves leaves nothing unsent behind; without a connection they are told and the page stays.
async function leave() {
  await flush();
  while (busy) await new Promise((go) => { setTimeout(go, 100); });
  await send();
  if (!(await waiting()).length) location.assign(form.dataset.start);
}

function show(number) {
  for (const one of form.querySelectorAll(".question-card")) one.hidden = one.id !== `question-${number}`;
  for (const button of form.querySelectorAll("button[name=go]")) {
    if (button.closest(".quiz-numbers")) button.classList.toggle("quiet", button.value !== `${number}`);
  }
  const next = form.querySelector("[data-next]");
  if (next) { next.value = +number + 1; next.hidden = +number >= total; }
  history.replaceState(null, "", `?n=${number}`);
  bar.scrollIntoView();
}

// The first answer stands: also while it waits for the line.
async function answered(set) {
  if (!done(set)) return mark(set, words.choose);
  await keep(set);
  fixed.add(set);
  set.disabled = true;
}

async function submitted(event) {
  const button = event.submitter;
  event.preventDefault();
  if (button?.name === "answer") return answered(button.closest("fieldset"));
  if (button?.name === "go") return "plain" in button.dataset ? leave() : show(button.value);
  await flush();
  const missing = sets.filter((set) => !set.disabled && !done(set)).length;
  if (missing && !confirm(say(words.sure, { n: missing }))) return;
  handIn("hand");
}

function tick() {
  if (limit === Infinity) return;
  const left = Math.max(0, Math.ceil((limit - elapsed()) / 1000));
  const two = (n) => `${n}`.padStart(2, "0");
  const shown = `${left >= 3600 ? `${Math.floor(left / 3600)}:` : ""}${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  const late = !guessed && elapsed() > last ? words.missed : words.over;
  const over = guessed && !closing ? words.unsure : late;
  time.textContent = ` · ${left ? say(words.left, { time: shown }) : say(over, { until: form.dataset.until })}`;
  if (!left && !closing && !guessed) handIn("time");
}

function fill(set, fields) {
  for (const one of set.elements) {
    if (!one.name || one.name === "question" || one.tagName === "FIELDSET" || one.tagName === "BUTTON") continue;
    const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
    if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
    else one.value = values[0] ?? "";
  }
}

async function begin() {
  let kept;
  try {
    kept = await store("attempts", (s) => s.get(attempt));
  } catch {
    return; // no store in this browser: the forms send themselves, as without this script
  }
  const entries = await journal();
  sequence = Math.max(sequence, ...entries.map((one) => one.sequence));
  if (kept?.person === person) {
    closing = kept.closing;
    // A page that was kept says an old time: what has gone by since is taken from the phone until the server speaks.
    const since = kept.elapsed + Math.max(0, Date.now() - kept.wall);
    guessed = limit !== Infinity && since > base;
    base = Math.max(base, since);
  }
  // A page that was kept is older than what was answered since: the journal knows, also what the server has already.
  const latest = new Map(entries.map((one) => [one.version, one]));
  const newer = [...latest.values()].filter((one) => one.state === "waiting" || one.sequence > +form.dataset.sequence);
  for (const entry of newer) {
    const set = setOf(entry.version);
    if (!set) continue;
    fill(set, entry.fields);
    mark(set, entry.state === "waiting" ? words.kept : STATES[entry.state] ?? "");
  }
  if (newer.some((one) => one.state !== "waiting")) {
    const open = newer.filter((one) => one.state === "waiting").length;
    const n = total - sets.length + Math.max(0, sets.filter(done).length - open);
    count.textContent = say(words.received, { n, all: total });
    bar.querySelector("progress").value = n;
  }
  if (once) for (const { version } of newer) if (setOf(version)) fixed.add(setOf(version));
  lock(closing);
  form.addEventListener("change", changed);
  form.addEventListener("input", changed);
  form.addEventListener("submit", submitted);
  addEventListener("online", () => { pause = 3000; send(); });
  document.addEventListener("visibilitychange", () => flush().then(send));
  tick();
  setInterval(tick, 1000);
  form.dataset.ready = "";
  send();
  const { serviceWorker } = navigator;
  if (serviceWorker && window.caches) {
    await serviceWorker.register(form.dataset.worker);
    (await serviceWorker.ready).active.postMessage({ keep: location.href });
  }
}
begin();
