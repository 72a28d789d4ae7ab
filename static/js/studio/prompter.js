// Marks the sentence that is due by the reading rate of the language, and keeps it in sight.
const smooth = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth");

// `pace()` is the reader's own speed, 1 = the language's; `seconds` what the whole takes at 1.
export function prompter(box, sentences, seconds, pace) {
  const lines = [...box.children];
  const lengths = sentences.map((text) => text.split(/\s+/).length);
  const all = lengths.reduce((a, b) => a + b, 0);
  let [spent, last, held, now] = [0, performance.now(), false, -1];
  const step = () => {
    const time = performance.now();
    if (!held) spent += ((time - last) / 1000) * pace();
    last = time;
    let [left, due] = [(spent / seconds) * all, 0];
    while (due < lines.length - 1 && left >= lengths[due]) left -= lengths[due++];
    if (due === now) return;
    now = due;
    lines.forEach((line, i) => { line.className = i === due ? "now" : ""; });
    box.scrollTo({ top: lines[due].offsetTop - box.clientHeight / 4, behavior: smooth() });
  };
  const timer = setInterval(step, 100);
  step();
  return {
    hold() { held = !held; return held; },
    stop() { clearInterval(timer); lines.forEach((line) => { line.className = ""; }); },
  };
}
