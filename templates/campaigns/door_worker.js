// The name list at an event's door without a connection: the page, for the person it was made for, and what it is drawn with.
// Emptied at sign-out (static/js/menu.js) and by the page itself when the event is over (static/js/door.js).
// Release {{ version }}.
const SHELL = {{ shell|safe }};
const [PAGES, FILES] = ["door-pages", "door-files"];
const IS_PAGE = /\/\d+\/door\/$/;

addEventListener("install", (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  await Promise.all(SHELL.map(async (url) => (await files.match(url)) ?? files.add(url)));
  await skipWaiting();
})()));

addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  // A new release: lists are fetched anew before the files that the old ones were drawn with are let go.
  const [pages, files] = [await caches.open(PAGES), await caches.open(FILES)];
  for (const { url } of await pages.keys()) await fetch(url).then((answer) => store(url, answer)).catch(() => {});
  for (const { url } of await files.keys()) if (!SHELL.includes(new URL(url).pathname)) await files.delete(url);
})()));

addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(fetch(event.data.keep).then((answer) => store(event.data.keep, answer)).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (SHELL.includes(url.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate" && IS_PAGE.test(url.pathname)) event.respondWith(page(event));
});

async function page(event) {
  const { url } = event.request;
  const kept = await (await caches.open(PAGES)).match(url);
  try {
    // On a line that hardly moves the kept list is shown; the fresh one is kept when it comes.
    const fresh = fetch(event.request);
    event.waitUntil(fresh.then((answer) => store(url, answer.clone()), () => {}));
    const answer = await (kept ? Promise.race([fresh, new Promise((_, no) => { setTimeout(no, 6000); })]) : fresh);
    if (answer.status < 500 || !kept) return answer;
  } catch (error) {
    if (!kept) throw error;
  }
  return kept;
}

async function store(url, answer) {
  const person = answer.headers.get("Door-Person");
  if (answer.status !== 200 || !person) return;
  const pages = await caches.open(PAGES);
  await pages.put("/person", new Response(person));
  await pages.put(url, answer);
}

async function file(request) {
  const files = await caches.open(FILES);
  const kept = await files.match(request.url);
  if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
  try {
    const answer = await fetch(request);
    if (answer.status === 200) await files.put(request.url, answer.clone());
    return answer;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
