// Opens a package's page in its sandbox and carries what it reports to the server: kept in this browser until the server has
// said that it has it, under the number of the visit and a count, so that nothing is lost and nothing counts twice.
const box = document.getElementById("player");
const frame = document.createElement("iframe");
const note = document.getElementById("player-note");
const words = JSON.parse(document.getElementById("player-words").textContent);
const start = JSON.parse(document.getElementById("player-state").textContent);
// Under a name of its own a package has an origin, which its frames share; under ours it has none.
const { origin } = new URL(box.dataset.src, location.href);
const apart = origin !== location.origin;
const key = `scorm:${box.dataset.person}:${box.dataset.report}`;
const visit = Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
const read = () => JSON.parse(localStorage.getItem(key) ?? "null");
let count = 0;
let busy = false;

const body = (waiting) => {
  const form = new FormData();
  form.set("csrfmiddlewaretoken", box.dataset.token);
  for (const name of ["visit", "sequence"]) form.set(name, waiting[name]);
  form.set("cmi", JSON.stringify(waiting.cmi));
  return form;
};

async function send() {
  const waiting = read();
  if (!waiting) return true;
  if (busy) return false;
  busy = true;
  let heard = false;
  try {
    const answer = await fetch(box.dataset.report, { method: "POST", body: body(waiting), headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) note.textContent = words.signin;
    else if (answer.status >= 500) note.textContent = words.waits;
    else {
      note.textContent = (await answer.json()).message;
      // What the server refuses in words would be refused again.
      heard = true;
      const now = read();
      if (now?.visit === waiting.visit && now?.sequence === waiting.sequence) localStorage.removeItem(key);
    }
  } catch {
    note.textContent = words.waits;
  }
  busy = false;
  // More came while this was on its way.
  return heard && (await send());
}

addEventListener("message", (event) => {
  // Only the sandbox, and only in our own frame.
  if (event.source !== frame.contentWindow || event.origin !== (apart ? origin : "null") || event.data?.kind !== "scorm-1.2") return;
  count += 1;
  const cmi = Object.fromEntries(Object.entries(event.data.cmi ?? {}).map(([name, value]) => [String(name), String(value)]));
  localStorage.setItem(key, JSON.stringify({ visit, sequence: count, cmi }));
  send();
  if (event.data.done) note.focus();
});
addEventListener("pagehide", () => {
  const waiting = read();
  if (waiting) navigator.sendBeacon(box.dataset.report, body(waiting));
});
addEventListener("online", send);
setInterval(send, 15000);

async function open() {
  // What an earlier visit left behind goes first, and the page is read anew with it.
  if (read() && (await send())) return location.reload();
  // A frame takes its name when it is made, never later.
  frame.name = JSON.stringify({ kind: "scorm-1.2", cmi: start });
  frame.title = box.dataset.title;
  frame.sandbox = `allow-scripts allow-forms${apart ? " allow-same-origin" : ""}`;
  frame.src = box.dataset.src;
  box.append(frame);
}
open();
