// Work by keyboard: / search, j and k move through rows, Enter opens, n the next thing, ? shows this.
// Single keys can be switched off in that list, as WCAG 2.1.4 asks.
import { make, t } from "./words.js";

const ROWS = "table.ledger tbody tr, [data-row]";
let current = null;

const typing = (element) => element.closest("input, textarea, select, [contenteditable]") !== null;

function enabled() {
  try { return localStorage.getItem("keys") !== "off"; } catch (error) { return true; }
}

function move(step) {
  const rows = [...document.querySelectorAll(ROWS)].filter((row) => row.offsetParent !== null);
  if (!rows.length) return;
  const at = current && document.contains(current) ? rows.indexOf(current) : -1;
  if (current) current.classList.remove("is-current");
  current = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  current.classList.add("is-current");
  const link = opener(current);
  if (link) link.focus({ preventScroll: true });
  current.scrollIntoView({ block: "nearest" });
}

const opener = (row) => row.querySelector("a.row-link, a.row-open") || row.querySelector("a, button");

function follow(selector) {
  const target = document.querySelector(selector);
  if (target) target.click();
  return target !== null;
}

function help() {
  const lines = [
    ["/", t("Search")], ["j", t("Next row")], ["k", t("Previous row")], ["Enter", t("Open")],
    ["n", t("The next thing to do")], ["?", t("Keys")],
  ];
  const list = make("dl", { class: "facts" });
  for (const [key, text] of lines) list.append(make("dt", {}, make("kbd", { text: key })), make("dd", { text }));
  for (const target of document.querySelectorAll("[data-key]")) {
    list.append(make("dt", {}, make("kbd", { text: target.dataset.key })), make("dd", { text: target.dataset.keyWords || target.textContent.trim() }));
  }
  const box = make("input", { type: "checkbox", id: "keys-on", class: "form-check-input" });
  box.checked = enabled();
  box.addEventListener("change", () => { try { localStorage.setItem("keys", box.checked ? "on" : "off"); } catch (error) { /* private window */ } });
  const dialog = make("dialog", { class: "keys-dialog", "aria-labelledby": "keys-title" },
    make("h2", { id: "keys-title", text: t("Keys") }), list,
    make("div", { class: "form-check my-3" }, box, make("label", { for: "keys-on", class: "form-check-label", text: t("Use single keys") })),
    make("button", { type: "button", class: "btn btn-primary", text: t("Close"), on: { click: () => dialog.close() } }));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  if (dialog.showModal) dialog.showModal();
}

const KEYS = {
  "/": () => { const field = document.querySelector("[data-search], input[type=search]"); if (field) field.focus(); return Boolean(field); },
  j: () => move(1),
  k: () => move(-1),
  n: () => follow("[data-next]"),
  "?": help,
};

/** Listen to the keyboard. */
export function start() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const own = /^[a-z]$/.test(event.key) ? () => follow(`[data-key="${event.key}"]`) : null; // keys of this page alone
    const act = Object.prototype.hasOwnProperty.call(KEYS, event.key) ? KEYS[event.key] : own;
    if (!act || (event.key !== "?" && !enabled())) return;
    if (act() !== false) event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-keys-help]")) help(); });
}
