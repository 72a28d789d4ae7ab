// Tests without a connection: the page of an open test, and the files it is drawn with, are kept on the phone of the person it
// was made for; sign-out empties the pages (static/js/menu.js). Release {{ version }}.
const SHELL = {{ shell|safe }};
const [PAGES, FILES] = ["quiz-pages", "quiz-files"];
const WEEK = 7 * 864e5;

addEventListener("install", (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  await Promise.all(SHELL.map(async (url) => (await files.match(url)) ?? files.add(url)));
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  const files = await caches.open(FILES);
  for (const { url } of await files.keys()) if (!SHELL.includes(new URL(url).pathname)) await files.delete(url);
})()));

addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(fetch(event.data.keep).then((answer) => store(event.data.keep, answer)).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && /\/[0-9a-f-]{36}\/$/.test(url.pathname)) event.respondWith(page(request));
});

const nameOf = (url) => new URL(url).pathname;

async function page(request) {
  const kept = await (await caches.open(PAGES)).match(nameOf(request.url));
  try {
    const fresh = fetch(request);
    const answer = await (kept ? Promise.race([fresh, new Promise((_, no) => { setTimeout(no, 8000); })]) : fresh);
    if (answer.status < 500 || !kept) return answer;
  } catch (error) {
    if (!kept) throw error;
  }
  return kept;
}

async function store(url, answer) {
  const person = answer.headers.get("Quiz-Person");
  if (answer.status !== 200 || !person) return;
  let pages = await caches.open(PAGES);
  const owner = await pages.match("/person");
  if (owner && (await owner.text()) !== person) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
  }
  await pages.put("/person", new Response(person));
  await pages.put(nameOf(url), answer);
  for (const old of await pages.keys()) {
    const at = Date.parse((await pages.match(old)).headers.get("Date"));
    if (Date.now() - at > WEEK) await pages.delete(old);
  }
}

async function file(request) {
  const kept = await (await caches.open(FILES)).match(request.url);
  if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
  try {
    return await fetch(request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
