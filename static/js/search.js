// Pages offered while typing, as links under the field: a browser's own list would leave out what is typed without marks.
// Without this file the form searches all the same.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const field = form.elements.q, list = form.querySelector("[data-suggest-list]"), said = form.querySelector("[data-suggest-said]");
  let waiting, asked = "";
  const show = (pages) => {
    list.replaceChildren(...pages.map(({ title, url, lang }) => {
      const item = document.createElement("li");
      item.append(Object.assign(document.createElement("a"), { href: url, lang, textContent: title }));
      return item;
    }));
    list.hidden = !pages.length;
    said.textContent = pages.length ? `${said.dataset.words} ${pages.length}` : "";
  };
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.trim();
      if (typed === asked) return;
      asked = typed;
      if (typed.length < 2) return show([]);
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`);
        const { pages } = await answer.json();
        if (typed === asked) show(pages);
      } catch { /* a bad line: typing goes on without offers */ }
    }, 250);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    // The browser would empty the field.
    event.preventDefault();
    show([]);
    field.focus();
  });
  document.addEventListener("click", ({ target }) => { if (!form.contains(target)) show([]); });
  form.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !form.contains(relatedTarget)) show([]); });
}
