// Drop-down lists close on a click elsewhere and on Escape, which returns to their button.
const open = () => document.querySelectorAll("details.drop[open]");

document.addEventListener("click", (event) => {
  for (const drop of open()) if (!drop.contains(event.target)) drop.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drop of open()) {
    drop.open = false;
    drop.querySelector("summary").focus();
  }
});

// A second tap while the first is being answered is not sent again; a form that stays (a download) can be sent anew after a while.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if ("sent" in form.dataset) event.preventDefault();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent; });

// Whoever signs out leaves no page of theirs behind on this phone (the workers in templates/campaigns and templates/courses
// keep them).
const KEPT = ["desk-pages", "door-pages", "quiz-pages", "lesson-pages"];
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!window.caches || !/\/logout\/$/.test(form.action)) return;
  event.preventDefault();
  // What a worker is fetching just now is not kept either.
  for (const { active } of await navigator.serviceWorker?.getRegistrations() ?? []) active?.postMessage({ forget: true });
  await Promise.all(KEPT.map((name) => caches.delete(name)));
  form.submit();
});

// Somebody else after a session that ended without sign-out: what was kept before goes. The desk's worker does so itself.
const person = document.querySelector("[data-person]")?.dataset.person;
if (person && window.caches) {
  for (const name of KEPT.slice(1)) {
    caches.match("/person", { cacheName: name }).then((owner) => owner?.text()).then((owner) => {
      if (owner && owner !== person) caches.delete(name);
    });
  }
}

// A row that scrolls sideways begins where the reader is.
for (const here of document.querySelectorAll(".menu [aria-current]")) {
  const row = here.closest("ul");
  row.scrollLeft = here.offsetLeft - row.offsetLeft - 40;
}
