// Sends a file in pieces that survive lost connections and reloads. Without it the form sends it whole.
const PIECE = 256 * 1024;
const keep = (act) => { try { return act(localStorage); } catch { return null; } };
const pause = (ms) => new Promise((go) => { setTimeout(go, ms); addEventListener("online", go, { once: true }); });
// Older phones and plain http have no crypto.randomUUID.
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

async function call(form, url, options, stalled) {
  for (let ms = 1000; ; ms = Math.min(ms * 2, 3e4)) {
    const stop = new AbortController();
    const clock = setTimeout(() => stop.abort(), 2e5);
    try {
      const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value };
      const answer = await fetch(url, { ...options, headers, signal: stop.signal });
      const json = /json/.test(answer.headers.get("Content-Type"));
      const state = json ? await answer.json() : {};
      if (json || answer.status < 500) return { ok: json && answer.ok, status: answer.status, ...state };
    } catch { /* no connection: try again */ } finally { clearTimeout(clock); }
    stalled();
    await pause(ms);
  }
}

// Sends a file under an id of the phone's own making; asked again with the same id it goes on where it stopped.
export async function sendPieces(form, id, file, tell, stalled) {
  const { create } = form.dataset;
  const body = new URLSearchParams({ id, filename: file.name, size: file.size });
  let got = await call(form, create, { method: "POST", body }, stalled);
  // The server's way of writing the id: its addresses have dashes.
  const address = `${create}${got.id}/?offset=`;
  while (got.ok || got.error === "wrong-offset") {
    const at = got.received;
    tell(at);
    if (at >= file.size) return;
    got = await call(form, address + at, { method: "PUT", body: file.slice(at, at + PIECE) }, stalled);
  }
  throw Object.assign(new Error(got.message), { status: got.status, code: got.error });
}

async function send(form, file, tell, stalled) {
  const name = `upload:${file.name}:${file.size}:${file.lastModified}`;
  const id = keep((s) => s.getItem(name)) ?? newId();
  keep((s) => s.setItem(name, id));
  try {
    await sendPieces(form, id, file, tell, stalled);
    return id;
  } catch (error) {
    // Signed out or disk full: it goes on later. Else: start afresh.
    if (![401, 403, 507].includes(error.status)) keep((s) => s.removeItem(name));
    // The same file once more, for another segment.
    if (error.code === "taken-in") return send(form, file, tell, stalled);
    throw error;
  }
}

for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("submit", async (event) => {
    const [input, bar, line, button] = ["[type=file]", "progress", "[role=status]", "button"].map((x) => form.querySelector(x));
    const file = input.files[0];
    if (!file) return;
    event.preventDefault();
    const say = (text) => { line.textContent = text; };
    const stalled = () => say(form.dataset.waiting);
    button.disabled = true;
    bar.hidden = false;
    addEventListener("offline", stalled);
    try {
      form.elements.upload.value = await send(form, file, (bytes) => {
        bar.value = Math.floor((bytes / file.size) * 100);
        say(`${form.dataset.sending} ${bar.value} %`);
      }, stalled);
      input.value = "";
      form.submit();
    } catch (error) {
      say(error.message || form.dataset.failed);
      button.disabled = false;
    }
    removeEventListener("offline", stalled);
  });
}
