// How long a text takes to read aloud, while it is being written: words between spaces ÷ the language's speed.
const clock = (seconds) => `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}`;
const form = document.querySelector("form[data-wpm]");

export const words = (text) => text.split(/\s+/).filter(Boolean).length;

if (form) {
  const speed = Number(form.dataset.wpm);
  for (const box of form.querySelectorAll("[data-reading]")) {
    box.addEventListener("input", () => {
      document.getElementById(box.dataset.reading).value = clock((words(box.value) * 60) / speed);
    });
  }
}
