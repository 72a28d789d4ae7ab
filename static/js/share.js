// Passing a page on, and keeping it for later. Nothing happens before a tap; without this file the links still work.
const box = document.querySelector("[data-share]");
const part = (name) => box.querySelector(`[data-${name}]`);
const { url, text } = box.dataset;

if (navigator.share) {
  part("share-send").hidden = false;
  part("share-send").onclick = () => navigator.share({ title: document.title, text, url }).catch(() => {});
}
if (navigator.clipboard) {
  part("share-copy").hidden = false;
  part("share-copy").onclick = async () => {
    await navigator.clipboard.writeText(`${text}\n${url}`);
    part("share-said").textContent = part("share-said").dataset.done;
  };
}

const said = part("keep-said");
const show = async () => {
  const kept = await (await caches.open("reader-pages")).match(location.pathname);
  part("keep-add").hidden = Boolean(kept);
  part("keep-remove").hidden = !kept;
  return kept;
};

async function ask(message) {
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((go) => { port1.onmessage = ({ data }) => go(data); });
  active.postMessage(message, [port2]);
  return answer;
}

if (navigator.serviceWorker && window.caches) {
  const { worker, help } = document.getElementById("reader").dataset;
  part("keep").hidden = false;
  show().then((kept) => { if (kept) said.textContent = said.dataset.kept; });
  part("keep-add").onclick = async () => {
    try {
      await navigator.serviceWorker.register(worker);
      const done = await ask({ keep: [location.pathname, help].filter(Boolean) });
      said.textContent = done ? said.dataset.kept : said.dataset.failed;
    } catch {
      said.textContent = said.dataset.failed;
    }
    await show();
  };
  part("keep-remove").onclick = async () => {
    await ask({ drop: location.pathname, help });
    said.textContent = said.dataset.gone;
    await show();
  };
}
