// Records of broadcasts and sessions, and plans of sessions, go through a queue in this browser, so that none is lost without a connection, and none
// sent twice: each carries its own id from the first tap on. They belong to the person who made them and are sent by that person only.
// Pictures of a session (js/pictures.js) wait until it is received.
const box = document.getElementById("phone");
const me = box.dataset.person;
const words = JSON.parse(document.getElementById("phone-words").textContent);
const [list, line, clock] = ["[data-queue-list]", "[data-line]", "[data-clock]"].map((x) => box.querySelector(x));
const forms = document.querySelectorAll("form[data-queue]");
const KEEP_RECEIVED = 3 * 864e5;
const pictureForm = document.getElementById("picture-form");
let pictures = null;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("desk") : null;
// Older phones and plain http have no crypto.randomUUID.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

// The store ------------------------------------------------------------------------------------------------------------
const opened = new Promise((done, failed) => {
  const asked = indexedDB.open("desk", 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore("queue", { keyPath: "id" });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => failed(asked.error);
});

async function store(act) {
  const database = await opened;
  return new Promise((done, failed) => {
    const turn = database.transaction("queue", "readwrite", { durability: "strict" });
    const asked = act(turn.objectStore("queue"));
    turn.oncomplete = () => done(asked?.result);
    turn.onabort = () => failed(turn.error);
  });
}

const all = async () => (await store((s) => s.getAll())).sort((a, b) => a.madeAt - b.madeAt);
// The time a person wrote; empty: just now.
const TIMES = { aired: "aired_at", session: "held_at", plan: "starts_at" };
const typed = (entry) => entry.fields.find(([name]) => name === TIMES[entry.kind])?.[1] ?? "";
// A picture names the session it is of; one that stands in another record's way is sent after it.
async function due() {
  const rows = await mine();
  const open = new Set(rows.filter((e) => e.kind === "session" && e.state !== "received").map((e) => e.id));
  const ready = rows.filter((e) => e.state === "waiting" && !open.has(e.of) && (pictures || !e.blob));
  return ready.sort((a, b) => Boolean(a.blob) - Boolean(b.blob));
}
const mine = async () => (await all()).filter((e) => e.person === me);

// Whatever another tab did to an entry meanwhile (edited, removed) stands.
async function change(entry, changes) {
  const database = await opened;
  return new Promise((done, failed) => {
    const turn = database.transaction("queue", "readwrite", { durability: "strict" });
    const rows = turn.objectStore("queue");
    const asked = rows.get(entry.id);
    asked.onsuccess = () => { if (asked.result) rows.put({ ...asked.result, ...changes }); };
    turn.oncomplete = () => done(asked.result && { ...asked.result, ...changes });
    turn.onabort = () => failed(turn.error);
  });
}

// The server: who is signed in, and how far this clock is behind its own -----------------------------------------------
const lastOffset = () => { const kept = localStorage.getItem("desk-clock"); return kept === null ? null : +kept; };

async function contact() {
  const before = Date.now();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 2e4);
  try {
    const answer = await fetch(box.dataset.sync, { cache: "no-store", signal: stop.signal });
    const at = Date.parse(answer.headers.get("Date")) + 500;
    if (answer.status >= 500 || Number.isNaN(at)) return null;
    const offset = Math.round((at - (before + Date.now()) / 2) / 1000);
    localStorage.setItem("desk-clock", offset);
    return { offset, person: null, ...(answer.ok ? await answer.json() : {}) };
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}

let trying = 0;
let wait = 4000;

async function run() {
  const there = await contact();
  clearTimeout(trying);
  await tell(there);
  let received = 0;
  if (there?.person === me) {
    for (let [entry] = await due(); entry; [entry] = await due()) {
      const done = await send(entry, there);
      await show();
      if (!done) break;
      received += done === "received";
    }
  }
  if (there) wait = 4000;
  if ((await due()).length && (!there || there.person === me)) {
    trying = setTimeout(sync, wait);
    wait = Math.min(wait * 2, 6e4);
  }
  return received;
}

// One tab at a time sends; where browsers have no locks, ids keep a second sending harmless.
async function sync() {
  const received = await (navigator.locks ? navigator.locks.request("desk-queue", run) : run());
  channel?.postMessage("changed");
  await show();
  if (received && !("stay" in box.dataset) && !busy()) location.reload();
}

const busy = () => list.querySelector("details[open]") || [...document.querySelectorAll("audio")].some((a) => !a.paused)
  || [...forms].some((f) => f.querySelector("details[open]"));

// "received" or "refused", or nothing when it has to wait.
async function send(entry, { offset, csrf }) {
  if (entry.kind in TIMES && !typed(entry) && entry.offset !== null && Math.abs(entry.offset - offset) > 120) {
    return (await change(entry, { state: "refused", said: words.clockChanged }), "refused");
  }
  // Written down before it is sent: a second sending says the very same.
  const fixed = await change(entry, { offset: entry.offset ?? offset });
  if (!fixed || fixed.state !== "waiting") return "refused";
  const body = new URLSearchParams(fixed.fields);
  const post = async () => {
    const answer = await fetch(box.dataset.sync, { method: "POST", body, headers: { "X-CSRFToken": csrf, Accept: "application/json" } });
    return { answer, said: /json/.test(answer.headers.get("Content-Type")) ? await answer.json() : {} };
  };
  const refused = async (sentence) => (await change(fixed, { state: "refused", said: sentence }), "refused");
  const more = { person: me, record: fixed.kind, client_uuid: fixed.id, client_time: new Date(fixed.madeAt).toISOString(), clock_offset: fixed.offset };
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  try {
    let { answer, said } = await post();
    if (said.error === "send-first") {
      // Nothing speaks against the picture: now its bytes.
      const sentence = await pictures.deliver(fixed, said.address, csrf, (percent) => progress(fixed, percent));
      if (sentence) return await refused(sentence);
      ({ answer, said } = await post());
    }
    if (answer.ok && said.message) {
      const closed = { noPictures: fixed.noPictures || said.pictures === false, blob: null };
      return (await change(fixed, { ...closed, state: "received", said: said.message, url: said.url, at: Date.now() }), "received");
    }
    if (answer.status === 409 && said.error === "refused") return await refused(said.message);
  } catch { /* cut off: it stays, and is sent again under the same id */ }
  return null;
}

// What is shown --------------------------------------------------------------------------------------------------------
const when = (ms, day) => new Intl.DateTimeFormat(document.documentElement.lang, { ...(day && { day: "numeric", month: "numeric" }), hour: "2-digit", minute: "2-digit" }).format(ms);

function lasting(seconds) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const parts = [[Math.floor(minutes / 1440), words.days], [Math.floor(minutes / 60) % 24, words.hours], [minutes % 60, words.minutes]];
  return parts.filter(([n]) => n).map(([n, unit]) => say(unit, { n })).join(" ");
}

async function tell(there) {
  const entries = await all();
  const waiting = entries.filter((e) => e.state !== "received" && e.person === me).length;
  const others = entries.filter((e) => e.state !== "received" && e.person !== me).length;
  const said = [];
  if (!there) said.push(make("p", { className: "note" }, say(words.offline, { at: when(Date.parse(box.dataset.at), true) })));
  else if (!there.person && (me || others)) {
    const link = make("a", { className: "button", href: box.dataset.login, textContent: words.signIn });
    said.push(make("p", { className: "note" }, say(words.signedOut, { n: waiting + others })), make("p", {}, link));
  } else if (there.person && there.person !== me) said.push(make("p", { className: "note" }, words.another));
  if (others && me && there?.person) said.push(make("p", { className: "muted" }, say(words.others, { n: others })));
  line.replaceChildren(...(waiting + others || !there || me ? said : []));
  const offset = lastOffset();
  const off = me && offset !== null && Math.abs(offset) >= 60;
  clock.hidden = !off;
  if (off) clock.textContent = say(offset > 0 ? words.slow : words.fast, { by: lasting(offset) });
  seen();
}

const seen = () => { box.hidden = !(line.childNodes.length || list.childNodes.length || !clock.hidden || box.querySelector("[data-kept]").childNodes.length || box.querySelector(":scope > .note:not([data-clock])")); };
const SHAPES = { waiting: "due", received: "done", refused: "over" };

async function show() {
  if (list.querySelector("details[open]")) return;
  const rows = await mine();
  list.replaceChildren(...rows.map(row));
  seen();
}

function progress(entry, percent) {
  const line = list.querySelector(`[data-id="${entry.id}"] [data-progress]`);
  if (line) line.textContent = say(words.sending, { percent });
}

const size = (bytes) => `${new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 0 }).format(Math.ceil(bytes / 1000))} kB`;

function row(entry, _, rows) {
  const at = typed(entry) ? typed(entry).replace("T", " ") : when(entry.madeAt + (entry.offset ?? lastOffset() ?? 0) * 1000, true);
  const chip = make("span", { className: `chip shape is-${SHAPES[entry.state]}`, textContent: words[entry.state] });
  const item = make("li", {}, chip, ` ${entry.title} · ${at}`);
  Object.assign(item.dataset, { state: entry.state, id: entry.id });
  if (entry.blob) {
    const line = make("span", { className: "muted" });
    line.dataset.progress = "";
    if (rows.some((e) => e.id === entry.of && e.state !== "received")) line.textContent = words.afterSession;
    item.append(` · ${size(entry.blob.size)} `, line);
  }
  if (entry.thumb) item.prepend(make("img", { src: entry.thumb, alt: "", className: "thumb" }));
  const said = entry.url ? make("a", { href: entry.url, textContent: entry.said }) : entry.said;
  if (entry.said) item.append(make("p", { className: entry.state === "refused" ? "note" : "muted" }, said));
  if (entry.kind === "session" && pictureForm && pictures && !entry.noPictures) item.append(pictureOf(entry));
  if (entry.state !== "received") item.append(tools(entry));
  return item;
}

function pictureOf(entry) {
  const node = pictureForm.content.firstElementChild.cloneNode(true);
  for (const name of ["id", "for", "aria-describedby", "aria-labelledby"]) {
    for (const one of node.querySelectorAll(`[${name}]`)) one.setAttribute(name, `${one.getAttribute(name)}-${entry.id}`);
  }
  const form = node.querySelector("form");
  form.elements.session.value = entry.id;
  form.elements.client_uuid.value = newId();
  form.dataset.title = `${form.dataset.title} · ${entry.title}`;
  return node;
}

function tools(entry) {
  const away = make("button", { type: "button", className: "danger", textContent: words.remove });
  away.onclick = async () => {
    const own = (await mine()).filter((e) => e.of === entry.id && e.blob);
    if (!confirm(own.length ? say(words.sureWith, { n: own.length }) : words.sure)) return;
    away.closest("details").open = false;
    await store((s) => { for (const one of [entry, ...own]) s.delete(one.id); });
    channel?.postMessage("changed");
    await show();
  };
  const form = make("form");
  const value = (name) => entry.fields.find(([n]) => n === name)?.[1] ?? "";
  const time = { type: "datetime-local", required: entry.said === words.clockChanged };
  const asked = {
    aired: [["aired_at", time, words.time], ["plays", { type: "number", min: 1, max: 50, required: true }, words.plays]],
    photo: [],
    missed: [["note", { maxLength: 200 }, words.note]],
    plan: [["starts_at", { ...time, required: true }, words.begins], ["place", { maxLength: 120 }, words.place]],
    session: [["held_at", time, words.held], ...Object.entries(words.heads ?? {}).map(([name, label]) => [name, { type: "number", min: 0, max: 20000, required: true }, label])],
  }[entry.kind];
  for (const [name, props, label] of asked) {
    const id = `${entry.id}-${name}`;
    form.append(make("p", { className: "field" }, make("label", { htmlFor: id }, label), make("input", { id, name, value: value(name), ...props })));
  }
  form.append(make("p", { className: "row" }, make("button", { textContent: words.again }), away));
  form.onsubmit = async (event) => {
    event.preventDefault();
    const fresh = new FormData(form);
    const fields = entry.fields.filter(([name]) => !fresh.has(name)).concat([...fresh]);
    form.closest("details").open = false;
    // Another record under another id; both or neither.
    const next = { ...entry, id: newId(), fields, state: "waiting", said: "" };
    const own = (await mine()).filter((e) => e.of === entry.id);
    await store((s) => {
      s.delete(entry.id);
      s.add(next);
      for (const one of own) s.put({ ...one, of: next.id, fields: [...one.fields.filter(([n]) => n !== "session"), ["session", next.id]] });
    });
    await show();
    sync();
  };
  return make("details", {}, make("summary", { textContent: words.edit }), form);
}

// A tap ----------------------------------------------------------------------------------------------------------------
// A page that was kept brings the ids of its forms back each time it is opened.
for (const form of forms) form.elements.client_uuid.value = newId();

async function tapped(event) {
  const form = event.target;
  if (!form.matches?.("form[data-queue]")) return;
  event.preventDefault();
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  const entry = {
    id: form.elements.client_uuid.value, person: me, kind: form.dataset.queue, title: form.dataset.title, fields,
    madeAt: Date.now(), offset: lastOffset(), state: "waiting", said: "",
  };
  const file = form.elements.file?.files?.[0];
  if (file && !pictures) return form.submit();
  if (file) {
    const kept = await pictures.shrunk(file);
    if (!kept) return (form.querySelector("[data-said]").textContent = words.tooLarge);
    Object.assign(entry, kept, { of: form.elements.session.value });
  }
  const priority = form.dataset.priority?.split(" ") ?? [];
  entry.noPictures = fields.some(([name, value]) => name === "is_priority" || (name === "settlements" && priority.includes(value)));
  if (form.dataset.version) fields.push(["version", form.dataset.version]);
  try {
    // A second tap within three seconds is the same tap: add() refuses an id that is there.
    await store((s) => s.add(entry));
  } catch (error) {
    if (error?.name === "ConstraintError") return;
    if (file && !form.elements.csrfmiddlewaretoken) return (form.querySelector("[data-said]").textContent = words.full);
    removeEventListener("submit", tapped);
    return form.submit();
  }
  setTimeout(() => { form.elements.client_uuid.value = newId(); }, 3000);
  if (file) navigator.storage?.persist?.();
  const details = form.querySelector("details[open]") ?? form.closest("details[open]");
  if (details) details.open = false;
  if ("stay" in box.dataset) form.reset();
  channel?.postMessage("changed");
  await show();
  box.scrollIntoView({ block: "center" });
  sync();
}

if (me) addEventListener("submit", tapped);

async function begin() {
  try {
    const old = (await all()).filter((e) => e.state === "received" && e.at < Date.now() - KEEP_RECEIVED);
    for (const entry of old) await store((s) => s.delete(entry.id));
  } catch {
    return; // no store in this browser: the forms send themselves, as without this script
  }
  if (box.dataset.pictures) pictures = await import(box.dataset.pictures).catch(() => null);
  channel?.addEventListener("message", show);
  for (const name of ["online", "offline"]) addEventListener(name, sync);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sync(); });
  await show();
  if (me || (await all()).some((e) => e.state !== "received")) await sync();
}
begin();
