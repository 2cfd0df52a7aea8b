// Paper sheets: numbers with a check letter, and an operation for each line that is the same whoever types it.
const LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXY", LENGTH = 8;

/** Whether this is the number of a sheet (muster/domains/screening/sheets.py makes them). */
export function isSheet(text) {
  if (text.length !== LENGTH || [...text].some((letter) => !LETTERS.includes(letter))) return false;
  const sum = [...text.slice(0, -1)].reduce((total, letter, place) => total + (place + 1) * LETTERS.indexOf(letter), 0);
  return LETTERS[sum % LETTERS.length] === text.at(-1);
}

/** The operation of a line and of whoever stands in it, so that two readings of one line are both kept and somebody sees them;
 *  `turn` counts how often it was taken back. A UUID of version 8 (RFC 9562) from SHA-256. */
export async function lineOp(round, sheet, line, key, turn = 0) {
  const text = new TextEncoder().encode(`${round}|${sheet}|${line}|${key}|${turn}`);
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", text)).slice(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
