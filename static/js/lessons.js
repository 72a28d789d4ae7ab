// The lessons of a course, kept on this phone by a tap and read without a connection (templates/courses/lessons_worker.js).
const { worker } = document.getElementById("lessons").dataset;
const words = JSON.parse(document.getElementById("keep-words").textContent);
const [box, add, remove, said] = ["", "-add", "-remove", "-said"].map((end) => document.querySelector(`[data-keep${end}]`));
const paths = [...document.querySelectorAll(".lessons a")].map((one) => new URL(one.href).pathname);
const say = (text, values = {}) => { said.textContent = text.replace(/\{(\w+)\}/g, (_, name) => values[name]); };

async function ask(message) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((go) => { port1.onmessage = ({ data }) => go(data); });
  active.postMessage(message, [port2]);
  return answer;
}

async function show() {
  const pages = await caches.open("lesson-pages");
  const kept = (await Promise.all(paths.map((path) => pages.match(path)))).filter(Boolean).length;
  remove.hidden = !kept;
  add.hidden = kept === paths.length;
  return kept;
}

async function begin() {
  if (!navigator.serviceWorker || !window.caches) return;
  box.hidden = false;
  add.addEventListener("click", async () => {
    add.disabled = true;
    say(words.busy);
    await navigator.serviceWorker.register(worker).then(() => ask({ keep: [location.pathname, ...paths] })).catch(() => {});
    const kept = await show();
    say(kept === paths.length ? words.kept : words.failed, { n: kept, all: paths.length });
    add.disabled = false;
  });
  remove.addEventListener("click", async () => {
    await ask({ drop: [location.pathname, ...paths] });
    await show();
    say(words.gone);
  });
  const kept = await show();
  if (kept) say(kept === paths.length ? words.kept : words.more, { n: kept === paths.length ? kept : paths.length - kept });
}
begin();
