{% load i18n %}{% get_current_language as code %}{% url "quick_exit" as exit %}{% translate "No connection" as title %}{% translate "This page is not kept on this phone. These are:" as words %}{% translate "Leave this page" as leave %}// Pages that a reader chose to keep, opened without a connection. Nothing is kept before a tap. Release {{ version }}.
const SHELL = {{ shell|safe }};
const [PAGES, FILES] = ["reader-pages", "reader-files"];

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  await clients.claim();
  // A new release: what is kept is fetched anew with the files it is drawn with now.
  const pages = await caches.open(PAGES);
  for (const { url } of await pages.keys()) await keep(new URL(url).pathname).catch(() => {});
  await weed();
})()));

addEventListener("message", (event) => event.waitUntil((async () => {
  const { keep: wanted, drop, help } = event.data;
  let done = true;
  try {
    if (wanted) await Promise.all(wanted.map(keep));
    if (drop) {
      const pages = await caches.open(PAGES);
      await pages.delete(drop);
      // The help page was kept beside the others; with the last of them it goes too.
      const left = await pages.keys();
      if (left.length === 1 && new URL(left[0].url).pathname === help) await pages.delete(help);
      await weed();
    }
  } catch { done = false; }
  event.ports[0]?.postMessage(done);
})()));

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, pathname));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});

const files_of = (text) => [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(([, path]) => path);

async function keep(path) {
  const answer = await fetch(path, { cache: "no-store", credentials: "omit" });
  if (answer.status !== 200) throw new Error(answer.status);
  const text = await answer.clone().text();
  const files = await caches.open(FILES);
  await Promise.all([...SHELL, ...files_of(text)].map(async (one) => (await files.match(one)) ?? files.add(one)));
  await (await caches.open(PAGES)).put(path, answer);
}

async function weed() {
  const [pages, files] = [await caches.open(PAGES), await caches.open(FILES)];
  const wanted = new Set();
  for (const one of await pages.keys()) {
    for (const path of [...SHELL, ...files_of(await (await pages.match(one)).text())]) wanted.add(path);
  }
  for (const one of await files.keys()) if (!wanted.has(new URL(one.url).pathname)) await files.delete(one);
}

// The line comes first: what was taken down or changed is not read from the phone while there is a connection.
async function page(event, path) {
  const pages = await caches.open(PAGES);
  const kept = await pages.match(path);
  try {
    const fresh = fetch(event.request);
    const answer = await (kept ? Promise.race([fresh, new Promise((_, no) => { setTimeout(no, 8000); })]) : fresh);
    if (kept && (answer.status === 404 || answer.status === 410)) event.waitUntil(pages.delete(path));
    if (kept && answer.status === 200) event.waitUntil(keep(path).catch(() => {}));
    if (answer.status < 500 || !kept) return answer;
  } catch (error) {
    if (!kept) return (await list(pages)) ?? Promise.reject(error);
  }
  return kept;
}

// What is not kept cannot be shown without a connection; what is kept is a tap away.
async function list(pages) {
  const rows = [];
  for (const { url } of await pages.keys()) {
    const name = (await (await pages.match(url)).text()).match(/<h1[^>]*>([^<]*)/)?.[1];
    rows.push(`<li><a href="${new URL(url).pathname}">${name}</a></li>`);
  }
  const static_of = (end) => SHELL.find((one) => one.includes(end));
  return rows.length ? new Response(`<!doctype html><html lang="{% if code == 'en' %}en{% else %}vi{% endif %}"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>{{ title|escapejs }}</title><link rel="stylesheet" href="${static_of("css/site")}"><script type="module" src="${static_of("js/theme")}"></script><script type="module" src="${static_of("js/quick-exit")}"></script><section class="safety" aria-label="{{ leave|escapejs }}"><div class="page"><a class="exit" href="{{ exit }}" data-quick-exit rel="nofollow noreferrer">{{ leave|escapejs }}</a></div></section><div class="body"><main class="page"><h1>{{ title|escapejs }}</h1><p>{{ words|escapejs }}</p><ul>${rows.join("")}</ul></main></div></html>`, { status: 503, headers: { "Content-Type": "text/html; charset=utf-8" } }) : null;
}

async function file(request) {
  const kept = await (await caches.open(FILES)).match(request.url);
  return kept ?? fetch(request);
}
