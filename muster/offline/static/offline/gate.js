// The way in: is this a place where data can be kept, is there a PIN yet, and is it right.
import { t } from "../muster/words.js";

const $ = (id) => document.getElementById(id);
const LEAST = 6;

/** Show one of the page's screens (`[data-screen]`). */
export function show(name) {
  for (const screen of document.querySelectorAll("[data-screen]")) screen.hidden = screen.dataset.screen !== name;
  document.body.dataset.shown = name;
  const first = document.querySelector(`[data-screen="${name}"] [data-first]`);
  if (first) first.focus();
}

/** What stands in the way of working offline: `https`, `storage`, or nothing. */
export function obstacle() {
  if (!window.isSecureContext || !globalThis.crypto?.subtle) return "https";
  return "indexedDB" in window ? "" : "storage";
}

/** Hold `name` as long as this page lives; false where another tab has it. Two desks would write over each other's tubes. */
export async function only(name) {
  if (!navigator.locks) return true;
  for (let tries = 0; tries < 3; tries++) { // the page that is being reloaded may not have let go yet
    const got = await new Promise((resolve) => {
      navigator.locks.request(name, { ifAvailable: true }, (lock) => { resolve(Boolean(lock)); return lock ? new Promise(() => {}) : null; });
    });
    if (got) return true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return false;
}

/** The language for a start without a network, where the address names none. */
export async function remember() {
  if (!("caches" in window)) return;
  await (await caches.open("kit language")).put("/language", new Response(document.documentElement.lang));
}

function complain(form, text) {
  const place = form.querySelector("[role=alert]");
  place.textContent = text;
  place.hidden = !text;
}

function busy(form, on) {
  for (const button of form.querySelectorAll("button")) button.disabled = on;
}

/** Ask for the PIN, or for a new one; resolves when the vault is open. */
export async function pass(vault) {
  if (await vault.isSet()) await unlock(vault);
  else await begin(vault);
}

function begin(vault) {
  show("begin");
  const form = $("begin");
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      const [pin, again] = [form.pin.value.trim(), form.again.value.trim()];
      if (pin.length < LEAST) return complain(form, t("At least six letters or digits"));
      if (pin !== again) return complain(form, t("The two do not agree."));
      busy(form, true);
      $("spare-code").textContent = await vault.begin(pin);
      navigator.storage?.persist?.();
      form.reset();
      busy(form, false);
      complain(form, "");
      show("spare");
      $("spare-done").onclick = resolve;
    };
  });
}

async function unlock(vault) {
  show("unlock");
  const form = $("unlock"), { waiting, refused } = await vault.counts();
  $("unlock-waiting").textContent = t("{count} records wait on this phone.", { count: waiting + refused });
  return new Promise((resolve) => {
    form.onsubmit = async (event) => {
      event.preventDefault();
      busy(form, true); // at once: a second press must not count as a second try, nor a slow answer wipe what is typed next
      const locked = await vault.lockedFor();
      const right = !locked && (await vault.unlock(form.pin.value.trim()));
      if (!locked) form.reset();
      const wait = right ? 0 : await vault.lockedFor();
      complain(form, right ? "" : wait ? t("Not right. Wait {seconds} seconds, then try again.", { seconds: Math.ceil(wait / 1000) }) : t("Not right."));
      busy(form, false);
      if (right) return resolve();
      form.pin.focus();
    };
  });
}
