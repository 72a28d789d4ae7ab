// The roll call works without a connection: ticks are kept in this browser as they are made, the finished list waits here and
// is sent under one id until the server has said that it has it.
const form = document.getElementById("roll");
const note = document.getElementById("roll-note");
const words = JSON.parse(document.getElementById("roll-words").textContent);
const key = `roll:${form.dataset.person}:${form.dataset.session}`;
const boxes = [...form.querySelectorAll("input[name=present]")];
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const say = (text, values = {}) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const read = () => JSON.parse(localStorage.getItem(key) ?? "{}");
const write = (kept) => localStorage.setItem(key, JSON.stringify(kept));
let busy = false;

function tell(text, bad) {
  note.textContent = text;
  note.className = bad ? "note" : "";
}

function count() {
  const there = boxes.filter((box) => box.checked).length;
  document.getElementById("roll-count").textContent = say(words.count, { there, all: boxes.length });
}

function keep() {
  write({ ...read(), ticks: boxes.filter((box) => box.checked).map((box) => box.value) });
  count();
}

async function send() {
  const { waiting } = read();
  if (!waiting || busy) return;
  busy = true;
  try {
    const body = new URLSearchParams(waiting);
    body.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) tell(words.signin, true);
    else if (answer.status >= 500) tell(words.waits, true);
    else {
      const said = await answer.json();
      if (answer.ok) localStorage.removeItem(key);
      else write({ ...read(), waiting: null });
      tell(said.message, !answer.ok);
    }
  } catch {
    tell(words.waits, true);
  }
  busy = false;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  form.elements.client_uuid.value = newId();
  form.elements.client_time.value = new Date().toISOString();
  const fields = [...new FormData(form)].filter(([name]) => name !== "csrfmiddlewaretoken");
  write({ ...read(), waiting: fields });
  send();
});
form.addEventListener("change", keep);
document.getElementById("roll-all").addEventListener("click", () => { for (const box of boxes) box.checked = true; keep(); });

// A card's code, typed, from a hand scanner or read by the camera (cards.js), ticks its owner; found without a connection.
function tick(text) {
  const code = text.toUpperCase().replace(/\s/g, "");
  const box = boxes.find((one) => one.dataset.card === code);
  if (box) {
    box.checked = true;
    const cards = form.elements.cards;
    if (!cards.value.split(" ").includes(box.value)) cards.value = `${cards.value} ${box.value}`.trim();
    keep();
  }
  tell(box ? say(words.found, { name: box.dataset.name }) : words.unknown, !box);
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
for (const part of form.querySelectorAll("[data-script]")) part.hidden = false;
count();
addEventListener("online", send);
setInterval(send, 15000);
send();

// Once opened, this page opens again without a connection: also where the phone has killed its tab.
const { serviceWorker } = navigator;
if (serviceWorker && window.caches) {
  serviceWorker.register(form.dataset.worker).then(() => serviceWorker.ready)
    .then(({ active }) => active.postMessage({ keep: [location.pathname] })).catch(() => {});
}
