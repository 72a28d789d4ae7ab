// Sounds the operator chose stay on the phone: fetched in pieces that survive a lost connection and a closed page, checked
// against the server's digest, played without a connection through the service worker, and freed by a tap.
const box = document.getElementById("phone");
const words = JSON.parse(document.getElementById("phone-words").textContent);
const [place, room] = ["[data-kept]", "[data-room]"].map((x) => box.querySelector(x));
const PIECE = 512 * 1024;
const MB = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const size = (bytes) => `${MB.format(bytes / 1e6)} MB`;
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const keyOf = (address) => new URL(address, location).pathname.split("/", 3).join("/");
const sounds = () => caches.open("desk-sounds");
const pause = (ms) => new Promise((go) => { setTimeout(go, ms); addEventListener("online", go, { once: true }); });

function make(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children);
  return node;
}

async function piece(address, at) {
  for (let ms = 1000; ; ms = Math.min(ms * 2, 3e4)) {
    try {
      const answer = await fetch(address, { headers: { Range: `bytes=${at}-${at + PIECE - 1}` }, cache: "no-store" });
      if (answer.status < 500) return { answer, blob: await answer.blob() };
    } catch { /* no connection: go on when it is back */ }
    await pause(ms);
  }
}

async function keep(link, tell) {
  const cache = await sounds();
  const key = keyOf(link.href);
  const parts = [];
  let headers, total;
  for (let at = 0; total === undefined || at < total; ) {
    const name = `${key}?part=${at}`;
    let part = await cache.match(name);
    if (!part) {
      const { answer, blob } = await piece(link.href, at);
      if (!answer.ok) throw new Error(answer.status === 404 ? words.gone : words.failed);
      part = new Response(blob, { headers: answer.headers });
      await cache.put(name, part.clone());
    }
    headers = part.headers;
    const blob = await part.blob();
    total = +(headers.get("Content-Range")?.split("/")[1] ?? blob.size);
    parts.push(blob);
    at += blob.size;
    if (!blob.size) throw new Error(words.failed);
    tell(Math.min(100, Math.floor((at / total) * 100)));
  }
  const whole = new Blob(parts);
  const digest = btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", await whole.arrayBuffer()))));
  const right = headers.get("Repr-Digest")?.includes(digest);
  if (right) {
    const name = `${link.dataset.title} · ${link.querySelector("small").textContent.split(" · ")[0]}`;
    await cache.put(key, new Response(whole, {
      headers: { "Content-Type": headers.get("Content-Type"), "Content-Length": whole.size, "X-Name": encodeURIComponent(name), "X-Address": link.pathname },
    }));
  }
  for (const part of await cache.keys()) if (part.url.includes(`${key}?part=`)) await cache.delete(part);
  if (!right) throw new Error(words.failed);
}

async function free(key) {
  const cache = await sounds();
  for (const one of await cache.keys()) if (keyOf(one.url) === key) await cache.delete(one);
  await show();
}

async function show() {
  const cache = await sounds();
  const rows = [];
  const keys = new Set();
  for (const { url } of await cache.keys()) {
    const key = keyOf(url);
    if (url.includes("?part=")) continue;
    const kept = await cache.match(url);
    keys.add(key);
    const away = make("button", { type: "button", className: "quiet", textContent: words.free });
    away.onclick = () => free(key);
    const name = decodeURIComponent(kept.headers.get("X-Name"));
    const player = make("audio", { controls: true, preload: "none", src: `${kept.headers.get("X-Address")}?nghe` });
    player.setAttribute("aria-label", name);
    rows.push(make("li", {}, `${name} · ${size(+kept.headers.get("Content-Length"))}`, player, away));
  }
  place.replaceChildren(...(rows.length ? [make("h3", { textContent: words.sounds }), make("ul", { className: "plain" }, ...rows)] : []));
  for (const { link, button } of offers) button.hidden = keys.has(keyOf(link.href));
  if (rows.length) box.hidden = false;
  room.hidden = !rows.length;
  if (rows.length && navigator.storage?.estimate) {
    const { usage, quota } = await navigator.storage.estimate();
    room.textContent = say(words.room, { used: size(usage), left: size(quota - usage) });
  }
}

const offers = [];

function offer(link) {
  const button = make("button", { type: "button", className: "quiet", textContent: words.keep });
  const note = make("span", { role: "status", className: "muted" });
  button.onclick = async () => {
    button.disabled = true;
    // Asked after a tap only; a browser that says no still keeps it until it runs short of room.
    navigator.storage?.persist?.();
    try {
      await keep(link, (percent) => { note.textContent = say(words.fetching, { percent }); });
      note.textContent = words.isKept;
    } catch (error) {
      note.textContent = error.message;
    }
    button.disabled = false;
    await show();
  };
  link.after(make("p", { className: "row" }, button, note));
  offers.push({ link, button });
}

// What was withdrawn meanwhile leaves the phone as soon as the server can be asked.
async function weed() {
  const cache = await sounds();
  for (const { url } of await cache.keys()) {
    const key = keyOf(url);
    const address = (await cache.match(url))?.headers.get("X-Address");
    const answer = address && await fetch(address, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.status !== 404) continue;
    await free(key);
    room.before(make("p", { className: "note", textContent: words.gone }));
    box.hidden = false;
  }
}

async function begin() {
  const { serviceWorker } = navigator;
  if (!serviceWorker || !window.caches || !box.dataset.person) return;
  const had = serviceWorker.controller;
  await serviceWorker.register(box.dataset.worker);
  const ready = await serviceWorker.ready;
  // The first page came before there was anything to keep it.
  if (!had) ready.active.postMessage({ keep: location.href });
  document.querySelectorAll("a.download[data-title]").forEach(offer);
  await show();
  await weed();
}
begin();
