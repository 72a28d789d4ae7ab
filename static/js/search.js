// Titles offered while typing. Without this file the form searches all the same.
for (const form of document.querySelectorAll("form[data-suggest]")) {
  const field = form.elements.q, list = field.list;
  let waiting, asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = field.value.trim();
      if (typed.length < 2 || typed === asked) return;
      asked = typed;
      try {
        const answer = await fetch(`${form.dataset.suggest}?q=${encodeURIComponent(typed)}`);
        const { titles } = await answer.json();
        list.replaceChildren(...titles.map((title) => new Option(title, title)));
      } catch { /* a bad line: typing goes on without offers */ }
    }, 250);
  });
}
