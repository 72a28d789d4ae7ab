// Training without a connection: the courses a trainee chose to keep, with their pictures and short recordings, and the
// roll calls a trainer has opened, each for the person they were made for; sign-out empties them (static/js/menu.js). Release {{ version }}.
const SHELL = {{ shell|safe }};
const [PAGES, FILES] = ["lesson-pages", "lesson-files"];

addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  // A new release: what is kept is fetched anew with the files it is drawn with now.
  const pages = await caches.open(PAGES);
  for (const { url } of await pages.keys()) if (isPage(url)) await keep(new URL(url).pathname).catch(() => {});
  await weed();
})()));

const isPage = (url) => /\/[^/.]+\/$/.test(new URL(url).pathname);

addEventListener("message", (event) => event.waitUntil((async () => {
  const { keep: wanted = [], drop = [], forget } = event.data;
  if (forget) return void (forgotten += 1);
  const results = [];
  // One after the other: the line is thin, and what came stays when it breaks.
  for (const path of wanted) results.push(await keep(path).then(() => true, () => false));
  const pages = await caches.open(PAGES);
  for (const path of drop) await pages.delete(path);
  if (drop.length) await weed();
  event.ports[0]?.postMessage(results.every(Boolean));
})()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/") || request.destination === "image") event.respondWith(file(request));
  else if (request.destination === "audio") event.respondWith(sound(request));
});

const files_of = (text) => [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);
const pictures_of = (text) => [...text.matchAll(/<img [^>]*?src="([^"]+)"/g)].map(([, path]) => path.replaceAll("&amp;", "&"))
  .filter((path) => new URL(path, location).origin === location.origin);
const sounds_of = (text) => [...text.matchAll(/ data-sound="([^"]+)"/g)].map(([, path]) => path.replaceAll("&amp;", "&"));

// Sign-outs seen: what was asked for before one is not kept after it.
let forgotten = 0;

async function keep(path) {
  const before = forgotten;
  const answer = await fetch(path, { cache: "no-store", headers: { Keep: "1" } });
  if (answer.status !== 200 || answer.redirected || before !== forgotten) throw new Error(answer.status);
  await store(path, answer);
}

async function store(path, answer) {
  const person = answer.headers.get("Lesson-Person");
  if (!person) throw new Error("nobody's");
  let pages = await caches.open(PAGES);
  const owner = await pages.match("/person");
  if (owner && (await owner.text()) !== person) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
  }
  await pages.put("/person", new Response(person));
  const text = await answer.clone().text();
  const files = await caches.open(FILES);
  await Promise.all([...SHELL, ...files_of(text)].map(async (one) => (await files.match(one)) ?? files.add(one)));
  for (const one of pictures_of(text)) if (!(await pages.match(one))) await pages.add(one).catch(() => {});
  // Without its sounds a lesson is not kept: one that is gone from the server is no reason to fetch for ever.
  for (const one of sounds_of(text)) {
    if (await pages.match(one)) continue;
    const heard = await fetch(one);
    if (heard.ok) await pages.put(one, heard);
  }
  await pages.put(path, answer);
  for (const one of await pages.keys()) if (isOver(await pages.match(one))) await pages.delete(one);
}

// What may stay only for some days.
const isOver = ({ headers } = new Response()) =>
  headers.has("Lesson-Days") && Date.now() - Date.parse(headers.get("Date")) > headers.get("Lesson-Days") * 864e5;

async function weed() {
  const [pages, files] = [await caches.open(PAGES), await caches.open(FILES)];
  const wanted = new Set();
  const media = new Set();
  for (const one of await pages.keys()) {
    if (!isPage(one.url)) continue;
    const text = await (await pages.match(one)).text();
    for (const path of [...SHELL, ...files_of(text)]) wanted.add(path);
    for (const path of [...pictures_of(text), ...sounds_of(text)]) media.add(new URL(path, location).href);
  }
  for (const one of await files.keys()) if (!wanted.has(new URL(one.url).pathname)) await files.delete(one);
  for (const one of await pages.keys()) {
    if (!isPage(one.url) && !media.has(one.url) && new URL(one.url).pathname !== "/person") await pages.delete(one);
  }
}

// The line comes first: a lesson that was corrected or withdrawn is not read from the phone while there is a connection.
async function page(event, path) {
  const pages = await caches.open(PAGES);
  let kept = await pages.match(path);
  if (isOver(kept)) kept = void (await pages.delete(path));
  try {
    const fresh = fetch(event.request);
    const answer = await (kept ? Promise.race([fresh, new Promise((_, no) => { setTimeout(no, 8000); })]) : fresh);
    if (kept && (answer.status === 404 || answer.status === 410)) event.waitUntil(pages.delete(path));
    if (kept && answer.status === 200) event.waitUntil(store(path, answer.clone()).catch(() => {}));
    if (answer.status < 500 || !kept) return answer;
  } catch (error) {
    if (!kept) throw error;
  }
  return kept;
}

async function file(request) {
  const kept = await (await caches.open(request.destination === "image" && !/\/static\//.test(request.url) ? PAGES : FILES)).match(request.url);
  return kept ?? fetch(request);
}

// A player asks for parts: a kept recording gives them as the server would (RFC 9110, 14).
async function sound(request) {
  const kept = await (await caches.open(PAGES)).match(request.url);
  if (!kept) return fetch(request);
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "") ?? [];
  if (!from) return kept;
  const whole = await kept.blob();
  const last = Math.min(to || Infinity, whole.size - 1);
  const headers = { "Content-Type": kept.headers.get("Content-Type"), "Content-Range": `bytes ${from}-${last}/${whole.size}` };
  if (from > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  return new Response(whole.slice(+from, last + 1), { status: 206, headers });
}
