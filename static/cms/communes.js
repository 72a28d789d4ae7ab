// A search over a long list of boxes to tick: finds with and without diacritics, counts what is chosen.
(() => {
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const start = (list) => {
    if (list.dataset.ready) return;
    list.dataset.ready = "1";
    const rows = [...list.querySelectorAll("li")].map((row) => [row, fold(row.textContent)]);
    const search = list.querySelector(".checklist-search");
    const status = search.querySelector("[role=status]");
    const count = () => {
      status.textContent = `${list.querySelectorAll("ul input:checked").length} ${status.dataset.word}`;
    };
    search.hidden = rows.length < 8;
    search.querySelector("input").addEventListener("input", (event) => {
      const wanted = fold(event.target.value.trim());
      for (const [row, words] of rows) row.hidden = !words.includes(wanted);
    });
    search.querySelector("input").addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.addEventListener("change", count);
    count();
  };
  const all = () => document.querySelectorAll("[data-checklist]").forEach(start);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
