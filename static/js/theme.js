// Light, dark, or as the device says. Kept in this browser only: no cookie, nothing is sent.
const root = document.documentElement;
const KEY = "theme";

function kept() {
  try { return localStorage.getItem(KEY) || "auto"; } catch { return "auto"; }
}

function apply(theme) {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
}

function offer() {
  const chooser = document.querySelector("[data-theme-chooser]");
  if (!chooser) return;
  for (const input of chooser.querySelectorAll("input")) input.checked = input.value === kept();
  chooser.hidden = false;
  chooser.addEventListener("change", (event) => {
    apply(event.target.value);
    try { localStorage.setItem(KEY, event.target.value); } catch { /* private window: holds for this page */ }
  });
}

apply(kept());
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", offer);
else offer();
