// The desk, or the sessions, without a connection. Three caches, shared by both and by all languages: files of the design (public), sounds the
// operator chose (public), and pages, which belong to one person and are emptied at sign-out (static/js/menu.js).
// Release {{ version }}.
const SHELL = {{ shell|safe }};
const WORDS = {{ words|safe }};
const [PAGES, FILES, SOUNDS] = ["desk-pages", "desk-files", "desk-sounds"];
const DESK = new URL(registration.scope).pathname;
const IS_PAGE = new RegExp(`^${DESK}(${ {{ pages|safe }} })?$`);
const MONTH = 35 * 864e5;

addEventListener("install", (event) => event.waitUntil((async () => {
  const files = await caches.open(FILES);
  await Promise.all(SHELL.map(async (url) => (await files.match(url)) ?? files.add(url)));
  await skipWaiting();
})()));

// A new release: pages are fetched anew before the files that the old ones were drawn with are let go.
addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  const [pages, files] = [await caches.open(PAGES), await caches.open(FILES)];
  let texts = "";
  for (const { url } of await pages.keys()) {
    if (IS_PAGE.test(new URL(url).pathname)) await fetch(url).then((answer) => store(url, answer)).catch(() => {});
    texts += await (await pages.match(url))?.text() ?? "";
  }
  for (const { url } of await files.keys()) {
    const { pathname } = new URL(url);
    if (!SHELL.includes(pathname) && !texts.includes(pathname)) await files.delete(url);
  }
})()));

addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(fetch(event.data.keep).then((answer) => store(event.data.keep, answer)).catch(() => {}));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/audio/")) event.respondWith(sound(request, url.pathname.split("/", 3).join("/")));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate" && IS_PAGE.test(url.pathname)) event.respondWith(page(event));
});

async function page(event) {
  const { url } = event.request;
  const pages = await caches.open(PAGES);
  const kept = await pages.match(url);
  try {
    // On a line that hardly moves the kept page is shown; the fresh one is kept when it comes.
    const fresh = fetch(event.request);
    event.waitUntil(fresh.then((answer) => store(url, answer.clone()), () => {}));
    const answer = await (kept ? Promise.race([fresh, new Promise((_, no) => { setTimeout(no, 8000); })]) : fresh);
    if (answer.status < 500 || !kept) return answer;
  } catch { /* no connection */ }
  return kept ?? await pages.match(DESK) ?? new Response(
    `<!doctype html><html lang="${WORDS.lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${WORDS.title}</title><link rel="stylesheet" href="${SHELL[0]}"><main class="page body"><h1>${WORDS.title}</h1><p>${WORDS.text}</p><p><a class="button" href="${DESK}">${WORDS.again}</a></p></main>`,
    { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } },
  );
}

// A page is kept for the person it was made for. Somebody else's, or a stranger's, empties what was kept before.
async function store(url, answer) {
  const person = answer.headers.get("Desk-Person");
  if (answer.status !== 200 || person === null) return;
  const text = await answer.clone().text();
  let pages = await caches.open(PAGES);
  const owner = await pages.match("/person");
  if (owner && (await owner.text()) !== person) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
  }
  if (!person) return;
  await pages.put("/person", new Response(person));
  await pages.put(url, answer);
  const { pathname, search } = new URL(url);
  if (pathname !== DESK) return;
  if (search) await pages.match(DESK) ?? await pages.put(DESK, new Response(text, { headers: answer.headers }));
  for (const [, link] of text.matchAll(/href="([^"]+)"/g)) {
    const script = new URL(link, url);
    if (script.pathname === DESK || !IS_PAGE.test(script.pathname)) continue;
    const known = await pages.match(script.href);
    if (known && Date.now() - Date.parse(known.headers.get("Date")) < 36e5) continue;
    const got = await fetch(script.href).catch(() => null);
    if (got?.status === 200 && got.headers.get("Desk-Person") === person) await pages.put(script.href, got);
  }
  for (const old of await pages.keys()) {
    if (Date.now() - Date.parse((await pages.match(old))?.headers.get("Date")) > MONTH) await pages.delete(old);
  }
}

// A name with a hash in it never changes its content.
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

// Players ask for parts of a file.
async function sound(request, key) {
  const kept = await (await caches.open(SOUNDS)).match(key);
  if (!kept) return fetch(request);
  const whole = await kept.blob();
  const headers = { "Content-Type": kept.headers.get("Content-Type"), "Accept-Ranges": "bytes" };
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!asked || (!asked[1] && !asked[2])) return new Response(whole, { headers });
  const first = asked[1] ? +asked[1] : Math.max(0, whole.size - asked[2]);
  const last = asked[1] && asked[2] ? Math.min(+asked[2], whole.size - 1) : whole.size - 1;
  if (first > last) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  headers["Content-Range"] = `bytes ${first}-${last}/${whole.size}`;
  headers["Content-Length"] = `${last - first + 1}`;
  return new Response(whole.slice(first, last + 1), { status: 206, headers });
}
