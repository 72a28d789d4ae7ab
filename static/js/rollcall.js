// The roll call works without a connection: ticks are kept in this browser as they are made, finished lists wait here and each
// is sent under one id until the server has said that it has it.
const form = document.getElementById("roll");
const note = document.getElementById("roll-note");
const words = JSON.parse(document.getElementById("roll-words").textContent);
const key = `roll:${form.dataset.person}:${form.dataset.session}`;
const boxes = [...form.querySelectorAll("input[name=present]")];
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const read = () => JSON.parse(localStorage.getItem(key) ?? "{}");
const field = (list, name) => list.find(([one]) => one === name)[1];
const write = (kept) => localStorage.setItem(key, JSON.stringify(kept));
let busy = false;

function tell(text, bad) {
  note.textContent = text;
  note.className = bad ? "note" : "";
}

function count() {
  const there = boxes.filter((box) => box.checked).length;
  return (document.getElementById("roll-count").textContent = say(words.count, { there, all: boxes.length }));
}

// `ticks` stay until a list is received and nothing was ticked after it; `lists` are what waits.
function keep() {
  write({ ...read(), ticks: boxes.filter((box) => box.checked).map((box) => box.value), cards: form.elements.cards.value });
  return count();
}

async function send() {
  const [first] = read().lists ?? [];
  if (!first || busy) return;
  busy = true;
  try {
    const body = new URLSearchParams(first);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) tell(words.signin, true);
    else if (answer.status >= 500) tell(words.waits, true);
    else {
      const said = await answer.json();
      received(first, answer.ok);
      tell(said.message, !answer.ok);
    }
  } catch {
    tell(words.waits, true);
  }
  busy = false;
}

function received(first, ok) {
  const { ticks = [], cards, ...kept } = read();
  const lists = (kept.lists ?? []).filter((one) => field(one, "client_uuid") !== field(first, "client_uuid"));
  const sent = first.filter(([name]) => name === "present").map(([, value]) => value);
  if (ok && !lists.length && sent.join() === ticks.join()) localStorage.removeItem(key);
  else write({ ticks, cards, lists });
  // What was kept for a time without a connection is drawn anew with these ticks.
  if (ok) keepPage().catch(() => {});
  if (lists.length) setTimeout(send);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.elements.client_uuid.value = newId();
  form.elements.client_time.value = new Date().toISOString();
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  keep();
  // Sent twice, or corrected before there is a connection: the later list of this way stands.
  const others = (read().lists ?? []).filter((one) => field(one, "way") !== field(fields, "way"));
  write({ ...read(), lists: [...others, fields] });
  send();
});
form.addEventListener("change", keep);
document.getElementById("roll-all").addEventListener("click", () => { for (const box of boxes) box.checked = true; keep(); });

// A card's code, typed, from a hand scanner or read by the camera (cards.js), ticks its owner; found without a connection.
const cardNote = document.getElementById("card-note");
function tick(text) {
  const code = text.toUpperCase().replace(/\s/g, "");
  const box = boxes.find((one) => one.dataset.card === code);
  cardNote.className = box ? "" : "note";
  if (!box) return void (cardNote.textContent = /^[A-Z2-9]{8}$/.test(code) ? words.unknown : words.noCard);
  box.checked = true;
  const cards = form.elements.cards;
  if (!cards.value.split(" ").includes(box.value)) cards.value = `${cards.value} ${box.value}`.trim();
  cardNote.textContent = `${say(words.found, { name: box.dataset.name })} · ${keep()}`;
  return box;
}
const card = document.getElementById("roll-card");
card.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  if (tick(card.value)) card.value = "";
});
form.addEventListener("card", (event) => tick(event.detail));

const kept = read();
if (kept.ticks) for (const box of boxes) box.checked = kept.ticks.includes(box.value);
form.elements.cards.value = kept.cards ?? "";
for (const part of form.querySelectorAll("[data-script]")) part.hidden = false;
count();
addEventListener("online", send);
setInterval(send, 15000);
send();

// Once opened, this page opens again without a connection: also where the phone has killed its tab.
async function keepPage() {
  if (!navigator.serviceWorker || !window.caches) return;
  await navigator.serviceWorker.register(form.dataset.worker);
  const { active } = await navigator.serviceWorker.ready;
  active.postMessage({ keep: [location.pathname] });
}
keepPage().catch(() => {});
