// The script form: a segment shows only the fields its kind needs, and the whole says how long it takes to read.
const start = () => {
  // Key message and hotline call are in every length: there is nothing to choose.
  const NEEDS = { jingle: ["jingle", "cut"], pause: ["pause_seconds", "cut"], "key-message": ["text"], hotline: ["text"] };
  const FIELDS = ["text", "pause_seconds", "jingle", "cut"];
  const form = document.getElementById("w-editor-form");
  const segments = document.getElementById("id_segments-FORMS");
  if (!form || !segments) return;
  const told = form.querySelector("[data-wpm]")?.dataset ?? {};
  const speed = Number(told.wpm || 180);
  const line = document.createElement("p");
  line.className = "script-length";
  line.setAttribute("role", "status");
  segments.after(line);
  const label = told.length ?? "";
  const show = () => {
    let words = 0;
    for (const kind of segments.querySelectorAll("select[name$='-kind']")) {
      const prefix = kind.name.slice(0, -"kind".length);
      const needed = NEEDS[kind.value] ?? ["text", "cut"];
      for (const name of FIELDS) {
        const field = segments.querySelector(`[name='${prefix}${name}']`);
        for (const part of [field?.closest("[data-field-wrapper]"), field && document.getElementById(`${field.id}-label`)])
          part?.classList.toggle("segment-unused", !needed.includes(name));
      }
      const gone = segments.querySelector(`[name='${prefix}DELETE']`)?.value;
      const text = segments.querySelector(`[name='${prefix}text']`)?.value ?? "";
      if (!gone && needed.includes("text")) words += text.split(/\s+/).filter(Boolean).length;
    }
    const seconds = Math.round((words * 60) / speed);
    line.textContent = label ? `${label} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}` : "";
  };
  new MutationObserver(show).observe(segments, { childList: true });
  form.addEventListener("input", show);
  form.addEventListener("change", show);
  show();
};
if (document.readyState === "loading") addEventListener("DOMContentLoaded", start);
else start();
