// The door of an event: each tap is kept in this browser first, under its own id, and sent until the server has said that it
// has it. The list, the codes and the counting work without a connection.
const form = document.getElementById("door");
const words = JSON.parse(document.getElementById("door-words").textContent);
const { person, sync, worker, until } = form.dataset;
const [note, line, total] = ["door-note", "door-line", "door-total"].map((id) => document.getElementById(id));
const rows = new Map([...form.querySelectorAll("[data-registration]")].map((row) => [row.dataset.registration, row]));
const key = `door:${person}:${form.dataset.event}`;
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const read = () => JSON.parse(localStorage.getItem(key) ?? "[]");
const write = (entries) => localStorage.setItem(key, JSON.stringify(entries));
const waiting = () => read().filter((one) => one.state === "waiting");
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
let came = Object.fromEntries([...rows].map(([id, row]) => [id, +row.dataset.came]).filter(([, n]) => n));
let others = +form.dataset.others;
let busy = false;
let trouble = "";

function tell(text, bad) {
  note.textContent = text;
  note.className = bad ? "note" : "";
}

function chip(row, state, label) {
  const place = row.querySelector("[data-state]");
  place.className = state ? `chip shape is-${state}` : "";
  place.textContent = label;
}

function show() {
  const kept = read();
  for (const [id, row] of rows) {
    const mine = kept.find((one) => one.registration === id && one.state !== "refused");
    const refused = kept.find((one) => one.registration === id && one.state === "refused");
    if (came[id]) chip(row, "done", `${words.received}${row.dataset.people > 1 ? ` · ${came[id]}` : ""}`);
    else if (mine) chip(row, "due", words.waiting);
    else chip(row, refused ? "over" : "", refused ? `${words.refused}: ${refused.said}` : "");
    row.querySelector("button[name]").hidden = Boolean(came[id] || mine);
    const undo = row.querySelector("[data-undo]");
    undo.hidden = !mine || Boolean(came[id]);
  }
  const mine = kept.filter((one) => one.state === "waiting");
  const sum = (list) => list.reduce((n, one) => n + one.people, 0);
  const there = Object.values(came).reduce((n, one) => n + one, 0);
  const alone = sum(mine.filter((one) => !one.registration));
  const listed = sum(mine.filter((one) => one.registration && !came[one.registration]));
  total.textContent = `${say(words.count, { n: there + others + alone + listed })} · ${say(words.others, { n: others + alone })}`;
  line.textContent = [trouble, mine.length ? say(words.kept, { n: mine.length }) : (trouble ? "" : words.sent)].filter(Boolean).join(" ");
  line.className = mine.length || trouble ? "note" : "muted";
}

async function send() {
  if (busy) return;
  busy = true;
  try {
    const asked = await fetch(sync, { cache: "no-store" });
    const there = asked.headers.get("Content-Type")?.includes("json") ? await asked.json() : {};
    if (asked.status === 401) trouble = words.signin;
    else if (!asked.ok) trouble = words.offline;
    else if (there.person !== person) trouble = words.another;
    else {
      trouble = "";
      ({ came, others } = there);
      for (let list = waiting().slice(0, 50); list.length; list = waiting().slice(0, 50)) {
        const body = new URLSearchParams({ person, entries: JSON.stringify(list) });
        const answer = await fetch(sync, { method: "POST", body, headers: { "X-CSRFToken": there.csrf } });
        if (!answer.ok) throw new Error(answer.status);
        const said = await answer.json();
        const by = new Map(said.results.map((one) => [one.id, one]));
        if (!list.some((one) => by.has(one.id))) break;
        ({ came, others } = said);
        // What was received leaves the phone; a refusal stays to be read until the page is opened again.
        write(read().map((one) => (by.has(one.id) ? { ...one, state: by.get(one.id).state, said: by.get(one.id).message } : one)).filter((one) => one.state !== "received"));
        for (const one of said.results) if (one.state === "refused") tell(one.message, true);
      }
    }
  } catch {
    trouble = words.offline;
  }
  busy = false;
  show();
}

// One tab at a time sends; ids keep a second sending harmless.
const soon = () => (navigator.locks ? navigator.locks.request(key, send) : send());

function add(registration, people) {
  if (registration && (came[registration] || waiting().some((one) => one.registration === registration))) return false;
  const kept = read().filter((one) => !registration || one.registration !== registration);
  write([...kept, { id: newId(), registration, people, at: new Date().toISOString(), state: "waiting" }]);
  show();
  soon();
  return true;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const button = event.submitter;
  if (!button || button.name !== "registration") {
    if (add("", +form.elements.people.value || 1)) form.elements.people.value = 1;
    return;
  }
  const row = rows.get(button.value);
  add(button.value, +(row.querySelector("input[type=number]")?.value ?? 1));
});
form.addEventListener("click", (event) => {
  const undo = event.target.closest("[data-undo]");
  if (!undo) return;
  const id = undo.closest("[data-registration]").dataset.registration;
  write(read().filter((one) => one.registration !== id || one.state !== "waiting"));
  show();
});

// A code, typed, from a hand scanner or from the camera.
function coded(text) {
  const code = text.toUpperCase().replace(/\s/g, "");
  const row = [...rows.values()].find((one) => one.dataset.code === code);
  if (!row) return tell(words.unknown, true);
  const { name, people, registration } = row.dataset;
  row.hidden = false;
  if (came[registration] || waiting().some((one) => one.registration === registration)) return tell(say(words.twice, { name }));
  if (people > 1) {
    row.scrollIntoView({ block: "center" });
    row.querySelector("input[type=number]").focus();
    return tell(say(words.ask, { name, n: people }));
  }
  add(registration, 1);
  return tell(say(words.found, { name }));
}
const typed = document.getElementById("door-code");
typed.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  coded(typed.value);
  typed.value = "";
});

const search = document.getElementById("door-search");
search.addEventListener("input", () => {
  const wanted = fold(search.value.trim());
  for (const row of rows.values()) row.hidden = !row.dataset.find.includes(wanted);
});
search.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });

// The camera, where the browser itself reads codes; no picture is kept or sent.
const scan = document.getElementById("door-scan");
const video = document.getElementById("door-video");
let stream = null;
async function look(detector, last = "") {
  if (!stream) return;
  const [found] = await detector.detect(video).catch(() => []);
  if (found && found.rawValue !== last) coded(found.rawValue);
  setTimeout(look, 300, detector, found?.rawValue ?? last);
}
async function camera() {
  if (stream) {
    for (const track of stream.getTracks()) track.stop();
    stream = null;
  } else {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      look(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch {
      stream = null;
      tell(words.camera, true);
    }
  }
  video.hidden = !stream;
  scan.textContent = stream ? words.stop : words.scan;
}
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  scan.parentElement.hidden = false;
  scan.addEventListener("click", camera);
}

async function keepPage() {
  if (Date.now() > +until) return void (window.caches && caches.delete("door-pages"));
  if (!navigator.serviceWorker || !window.caches) return;
  const had = navigator.serviceWorker.controller;
  await navigator.serviceWorker.register(worker);
  const ready = await navigator.serviceWorker.ready;
  // The first page came before there was anything to keep it.
  if (!had) ready.active.postMessage({ keep: location.href });
}

for (const part of form.querySelectorAll("[data-script]")) part.hidden = false;
write(read().filter((one) => one.state === "waiting"));
show();
for (const name of ["online", "offline"]) addEventListener(name, soon);
addEventListener("storage", show);
document.addEventListener("visibilitychange", () => { if (!document.hidden) soon(); });
setInterval(soon, 20000);
soon();
keepPage();
