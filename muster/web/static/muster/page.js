// What every page loads: clocks, live stream, forms, keys, ledgers as cards, the menu of the phone, the theme's name.
import * as clock from "./clock.js";
import * as forms from "./forms.js";
import * as keys from "./keys.js";
import * as leaving from "./leaving.js";
import * as live from "./live.js";
import { t } from "./words.js";

const ROLES = { thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell", "thead th": "columnheader", "tbody th": "rowheader" };

// As cards, a table's cells lose their headings and, to a screen reader, their table: give both back.
function labelLedgers(root = document) {
  for (const table of root.querySelectorAll("table.ledger:not([role])")) {
    const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent.trim());
    table.setAttribute("role", "table");
    for (const [selector, role] of Object.entries(ROLES)) {
      for (const element of table.querySelectorAll(selector)) element.setAttribute("role", role);
    }
    labelRows(table, heads);
  }
  for (const body of root.querySelectorAll("table.ledger[role] tbody")) {
    labelRows(body, [...body.closest("table").querySelectorAll("thead th")].map((head) => head.textContent.trim()));
  }
}

function labelRows(table, heads) {
  for (const row of table.querySelectorAll("tbody tr, tr")) {
    [...row.cells].forEach((cell, index) => { if (!("label" in cell.dataset) && heads[index]) cell.dataset.label = heads[index]; });
  }
}

function toggleMenu(event) {
  const button = event.target.closest("[data-menu]");
  if (!button) return;
  const open = document.getElementById("menu").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
}

document.addEventListener("click", toggleMenu);
document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details:is(.switcher, .menu-group)[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details:is(.switcher, .menu-group)[open]")) { open.open = false; open.querySelector("summary").focus(); }
});
document.addEventListener("muster:theme-chosen", (event) => {
  const name = t({ device: "As the device", light: "Light", dark: "Dark" }[event.detail]);
  for (const button of document.querySelectorAll("[data-theme-toggle] span")) button.textContent = name;
});
document.body.classList.toggle("has-actions", document.querySelector(".page-head .actions .btn-primary") !== null);

document.addEventListener("htmx:load", (event) => labelLedgers(event.target.parentNode || document));
labelLedgers();
clock.start();
if (document.querySelector("[data-camera]")) import("./camera_fields.js");
forms.start();
keys.start();
leaving.start();
live.start();
