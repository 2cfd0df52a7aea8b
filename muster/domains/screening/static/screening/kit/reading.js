// What was scanned or typed: a person's code, an identity card's number, a phone, another number.

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PAPER = /\/p\/([\w-]{20,200})\/?$/; // what the QR code on a person's paper holds: an address that ends in a signed code
const FAST = 40; // ms a letter: a reader types faster than any person

/** {how, person} or {how, number}. `ms` is how long the whole took, from the first letter to Enter. */
export function read(text, ms = Infinity) {
  const said = text.normalize("NFKC").trim();
  if (UUID.test(said)) return { how: "code", person: said.toLowerCase() };
  const paper = PAPER.exec(said);
  if (paper) return { how: "code", number: paper[1] };
  const number = said.replace(/[\s-]/g, "").toUpperCase();
  const scanned = number.length > 8 && ms < FAST * number.length;
  if (/^\d{17}[\dX]$/.test(number)) return { how: scanned ? "card" : "typed", number };
  if (/^(\+?86)?1\d{10}$/.test(number)) return { how: "phone", number };
  return { how: scanned ? "card" : "typed", number };
}

/** Whether a code that was read says who somebody is, and is not that of a tube. */
export function isPerson(text) {
  const { how, number } = read(text);
  return how === "code" || how === "phone" || /^\d{17}[\dX]$/.test(number);
}

/** Why an identity number cannot be right, so that a slip is noticed at the desk: its last place is a check (GB 11643). */
export function slip(number) {
  if (!/^\d{17}[\dX]$/.test(number || "")) return false;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, place) => total + weight * Number(number[place]), 0);
  return "10X98765432"[sum % 11] !== number[17];
}

/** A few letters by which the desk knows whom it meant; the rest stays in the vault. */
export function short(record) {
  if (record.label) return record.label;
  const number = record.number ? `…${record.number.slice(-4)}` : record.person ? `${record.person.slice(0, 4)}…` : "";
  return [record.name, number].filter(Boolean).join(" ");
}
