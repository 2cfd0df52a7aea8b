// Deciding by keyboard: ← and → choose which record stands, m merges, u takes the last decision back, ↓ goes on.
// n (not the same) is the page's next thing to do, and so belongs to all pages' keys. Single keys can be switched off.
const typing = (element) => element.closest("textarea, select, [contenteditable], input:not([type=radio])") !== null;

function enabled() {
  try { return localStorage.getItem("keys") !== "off"; } catch (error) { return true; }
}

function press(selector) {
  const target = document.querySelector(selector);
  if (target) target.click();
  return target !== null;
}

function choose(index) {
  const radio = document.querySelectorAll("input[name=keep]")[index];
  if (!radio) return false;
  radio.checked = true;
  radio.focus();
  return true;
}

const KEYS = {
  ArrowLeft: () => choose(0),
  ArrowRight: () => choose(1),
  ArrowDown: () => press("[data-later]"),
  m: () => press("[data-merge]"),
  n: () => press("[data-next]"),
  u: () => press("[data-undo]"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || typing(event.target)) return;
  if (event.defaultPrevented || !enabled() || document.querySelector("dialog[open]")) return;
  const act = Object.prototype.hasOwnProperty.call(KEYS, event.key) ? KEYS[event.key] : null;
  if (act && act()) event.preventDefault();
});
