// The chain as a table, for the keyboard and the screen reader, and the contacts of one case, fetched when asked for.
import { make, t } from "./words.js";

const AT_ONCE = 100;
export const FEW = 12; // so many rows are found without searching
const WORDS = { linked: "Source known", imported: "Imported from elsewhere", none: "No human source", unknown: "Source unknown" };

function sourceText(each, sources) {
  const from = sources.get(each.id);
  return from ? `← ${from}` : t(WORDS[each.source_state] || WORDS.unknown);
}

function row(figure, each, sources) {
  const cell = (label, ...content) => make("td", { "data-label": t(label), role: "cell" }, ...content);
  const open = each.contacts
    ? make("button", { type: "button", class: "btn btn-sm btn-outline-secondary", text: String(each.contacts), "aria-label": `${t("Contacts of {label}", { label: each.label || each.number })}: ${each.contacts}`, on: { click: () => showContacts(figure, each) } })
    : "0";
  const name = each.url ? make("a", { class: "row-open", href: each.url, text: `${each.number} ${each.label || ""}` }) : `${each.number} ${each.label || ""}`;
  return make("tr", { role: "row" }, make("th", { scope: "row", role: "rowheader" }, name), cell("Onset", each.onset_on || "–"), cell("Classification", each.classification || "–"),
    cell("Source", sourceText(each, sources)), cell("Area", each.area_name || "–"), cell("Contacts", open));
}

/** The table under the chart: filtered by words, a hundred rows at a time. */
export function chainTable(figure, cases, links) {
  const byId = new Map(cases.map((each) => [each.id, each]));
  const sources = new Map();
  for (const link of links) {
    const from = byId.get(link.source);
    if (from && !sources.has(link.target)) sources.set(link.target, [from.number, link.reason].filter(Boolean).join(" · "));
  }
  const body = make("tbody", { role: "rowgroup" }), count = make("p", { class: "soft", role: "status" });
  const more = make("button", { type: "button", class: "btn btn-outline-secondary" });
  const field = make("input", { type: "search", class: "form-control w-auto", "aria-label": t("Find in the table"), placeholder: t("Find in the table") });
  let found = cases, shown = 0;
  const fill = () => {
    const next = found.slice(shown, shown + AT_ONCE);
    body.append(...next.map((each) => row(figure, each, sources)));
    shown += next.length;
    count.textContent = t("{shown} of {count} shown", { shown, count: found.length });
    more.hidden = shown >= found.length;
    more.textContent = t("Show {count} more", { count: Math.min(AT_ONCE, found.length - shown) });
  };
  more.addEventListener("click", fill);
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    found = cases.filter((each) => `${each.number} ${each.label} ${each.area_name} ${each.classification}`.toLowerCase().includes(wanted));
    shown = 0;
    body.replaceChildren();
    fill();
  });
  fill();
  const heads = ["Case", "Onset", "Classification", "Source", "Area", "Contacts"].map((word) => make("th", { scope: "col", role: "columnheader", text: t(word) }));
  const table = make("table", { class: "ledger", role: "table", "aria-label": t("Cases of the chain") }, make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...heads)), body);
  return make("div", {}, cases.length > FEW ? make("div", { class: "filters" }, field) : "", table, cases.length > FEW ? count : "", more);
}

/** Open the contacts of a case in the figure's panel. The JSON is {contacts: [{label, ring, reason, status, url}]}. */
export async function showContacts(figure, each) {
  const panel = figure.querySelector("[data-contacts]");
  const heading = make("h2", { tabindex: "-1", text: t("Contacts of {label}", { label: each.label || each.number }) });
  const close = make("button", { type: "button", class: "btn btn-outline-secondary btn-sm", text: t("Close"), on: { click: () => { panel.hidden = true; } } });
  const url = each.contacts_url || (figure.dataset.contactsUrl || "").replace("__id__", encodeURIComponent(each.id));
  let list;
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    const { contacts } = await response.json();
    list = contacts.length ? make("ul", {}, ...contacts.map(contactLine)) : make("p", { text: t("No contacts") });
  } catch (error) {
    list = make("p", { class: "notice notice-warn", text: t("The contacts could not be loaded.") });
  }
  panel.replaceChildren(heading, list, close);
  panel.hidden = false;
  panel.dataset.case = each.id;
  heading.focus();
  panel.scrollIntoView({ block: "nearest" });
}

function contactLine(contact) {
  const name = contact.url ? make("a", { href: contact.url, text: contact.label }) : contact.label;
  const rest = [contact.ring, contact.reason, contact.status].filter(Boolean).join(" · ");
  return make("li", {}, name, make("span", { class: "soft", text: ` ${rest}` }));
}
