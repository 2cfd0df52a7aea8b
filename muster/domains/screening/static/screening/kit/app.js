// The desk on a phone: what is opened when, what is fetched, and who is told.
import { Outbox } from "../../offline/outbox.js";
import { post, Sender } from "../../offline/sender.js";
import { heed, standing } from "../../offline/standing.js";
import { Unsent } from "../../offline/unsent.js";
import { Vault } from "../../offline/vault.js";
import { obstacle, only, pass, remember, show } from "../../offline/gate.js";
import { t } from "../../muster/words.js";
import { Desk } from "./desk.js";
import { Door } from "./door.js";
import { scan } from "./camera.js";
import { short } from "./reading.js";

const $ = (id) => document.getElementById(id);
const scope = document.body.dataset.scope;
const STANDS = 30000; // ms for which a good answer about this device holds
const LASTS = 600000; // and for which the lists of rounds, sites and buildings do
const EMPTY = { rounds: [], sites: [], tubes: {}, buildings: [], ahead: 0 };
let vault, outbox, sender, unsent, desk, door, today = EMPTY, place = null, token = "", contact = null, trustedAt = 0, lookedAt = 0;

const now = () => new Date(Date.now() + today.ahead * 1000);

async function start() {
  const no = obstacle();
  if (no) return show(no);
  if (!(await only("muster-desk"))) return show("twice");
  remember();
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(`${scope}worker.js`, { scope, updateViaCache: "none" }).catch(() => {});
  try { vault = await Vault.open("muster"); } catch (error) { return show("storage"); }
  await vault.setPlain("home", scope);
  outbox = new Outbox({ store: vault, uuid: () => crypto.randomUUID(), post: (lane, rows, key) => post(lane, rows, key, token) });
  sender = new Sender({ outbox: { flush }, store: vault, onState: (outcome) => changed(outcome), onReturn: () => { trustedAt = 0; } });
  unsent = new Unsent({ vault, sender, describe, correct, back: () => (place ? "desk" : "place") });
  desk = new Desk({ vault, sender, now, onRecord: recorded });
  door = new Door({ vault, sender, desk, now, onRecord: recorded });
  wire();
  await unsent.refresh();
  if (await vault.isSet()) trusted().then((state) => { if (state === "erased") show("erased"); });
  await pass(vault);
  return opened();
}

async function opened() {
  today = (await vault.kept("today")) || EMPTY;
  place = (await vault.kept("place")) || null;
  const looking = look();
  if (!today.rounds.length) await looking;
  sender.start();
  await choose();
  if (location.hash === "#unsent") await unsent.open();
}

/** One contact: is the session good, what is new, then everything that waits. Nothing is sent in another post's name. */
async function flush() {
  if (!vault.isOpen) return { state: "sent" };
  const state = await trusted();
  if (state === "erased") { show("erased"); return { state: "sent" }; }
  if (state === "unknown") return { state: "offline" };
  if (state !== "ok") return { state };
  if (!token || Date.now() - lookedAt > LASTS) await look();
  let outcome = await outbox.flush();
  if (outcome.state !== "sent") trustedAt = 0;
  if (outcome.state === "refused" && (await look())) outcome = await outbox.flush(); // a sign-in makes an old token useless
  return outcome;
}

/** Asked afresh twice a minute, and whenever somebody comes back to the page. */
async function trusted() {
  if (Date.now() - trustedAt < STANDS) return "ok";
  const state = await heed(vault, (contact = await standing()));
  trustedAt = state === "ok" ? Date.now() : 0;
  return state;
}

/** Fetch what a shift needs; true when it came. */
async function look() {
  try {
    const reply = await fetch(`${scope}today/`, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(15000) });
    if (!reply.ok) return false;
    const { token: fresh, ...rest } = await reply.json();
    token = fresh;
    today = rest;
    lookedAt = Date.now();
    await vault.keep("today", today);
    return true;
  } catch (error) {
    return false;
  }
}

async function changed(outcome) {
  document.body.dataset.net = outcome.state;
  await unsent.refresh(outcome.state);
  if (outcome.state === "revoked" && document.body.dataset.shown !== "unsent") await unsent.open();
  const served = outbox.tubes;
  outbox.tubes = {};
  if (vault.isOpen) await desk.agree(served);
}

async function recorded() {
  await unsent.refresh();
  sender.run();
}

function describe(body) {
  const what = { register: t("Sample"), undo: t("Taken back"), seal: t("Sealed") }[body.do] || t("Reason");
  return [what, body.tube, short(body)].filter(Boolean).join(" · ");
}

function correct(row) {
  show("desk");
  desk.correct(row);
}

// -- where this phone works

async function choose() {
  const round = place && today.rounds.find((each) => each.id === place.round);
  if (round) return openDesk(round);
  place = null;
  const form = $("place");
  form.round.replaceChildren(...today.rounds.map((each) => new Option(each.title, each.id)));
  form.site.replaceChildren(...today.sites.map((each) => new Option(each.name, each.id)));
  if (today.rounds[0]) form.size.value = String(today.rounds[0].size);
  $("place-none").hidden = today.rounds.length > 0;
  $("place-known").textContent = t("On this phone: {rounds} rounds, {sites} sites, {tubes} open tubes.", { rounds: today.rounds.length, sites: today.sites.length, tubes: Object.keys(today.tubes).length });
  return show("place");
}

async function openDesk(round) {
  show("desk");
  door.open(round, today);
  await desk.open(place, round, today);
}

function wire() {
  $("place").onsubmit = async (event) => {
    event.preventDefault();
    const form = event.target, site = today.sites.find((each) => each.id === form.site.value);
    if (!site) return;
    place = { round: form.round.value, site: site.id, siteName: site.name, desk: Number(form.desk.value), size: form.size.value, how: form.how.value };
    await vault.keep("place", place);
    await choose();
  };
  $("desk-change").onclick = async () => { place = null; await look(); await choose(); };
  $("lock").onclick = () => { vault.lock(); location.reload(); };
  $("sign-out").onclick = signOut;
  $("send-as-other").onclick = async () => { await vault.setPlain("post", contact.post); sender.hurry(); };
  document.addEventListener("muster:handed-over", () => sender.hurry());
  scan($("camera"), $("camera-view"), (text) => { $("number").value = text; $("sample-form").requestSubmit(); });
}

/** With something unsent nobody is signed out: it is sent or handed over first. */
async function signOut() {
  const { waiting, refused } = await vault.counts();
  if (waiting + refused) {
    $("unsent-note").textContent = t("Not signed out: {count} records are only on this phone. Send them, or hand them over.", { count: waiting + refused });
    return;
  }
  if (!token) await look();
  await vault.forgetKept();
  await fetch("/sign-out/", { method: "POST", redirect: "manual", headers: { "X-CSRFToken": token, "Idempotency-Key": crypto.randomUUID() } }).catch(() => {});
  vault.lock();
  location.assign("/sign-in/");
}

start();
