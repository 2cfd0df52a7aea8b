// The desk on a phone: what is opened when, what is fetched, and who is told.
import { Shift } from "../../offline/shift.js";
import { Unsent } from "../../offline/unsent.js";
import { show } from "../../offline/gate.js";
import { offer } from "../../muster/camera.js";
import { t } from "../../muster/words.js";
import { Desk } from "./desk.js";
import { Door } from "./door.js";
import { short } from "./reading.js";

const $ = (id) => document.getElementById(id);
const LASTS = 600000; // ms for which the lists of rounds, sites and buildings do
const shift = new Shift({ name: "muster-desk", key: "today", empty: { rounds: [], sites: [], tubes: {}, buildings: [], ahead: 0 }, lasts: LASTS });
let vault, sender, unsent, desk, door, place = null;

const now = () => shift.now();

async function start() {
  if (!(await shift.open((outcome) => changed(outcome)))) return;
  ({ vault, sender } = shift);
  unsent = new Unsent({ vault, sender, describe, correct, back: () => (place ? "desk" : "place") });
  desk = new Desk({ vault, sender, now, onRecord: recorded });
  door = new Door({ vault, sender, desk, now, onRecord: recorded });
  wire();
  await shift.enter(unsent);
  place = (await vault.kept("place")) || null;
  await shift.begin(shift.today.rounds.length > 0, choose);
}

async function changed(outcome) {
  document.body.dataset.net = outcome.state;
  await unsent.refresh(outcome.state);
  if (outcome.state === "revoked" && document.body.dataset.shown !== "unsent") await unsent.open();
  const served = shift.outbox.tubes;
  shift.outbox.tubes = {};
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
  const round = place && shift.today.rounds.find((each) => each.id === place.round);
  if (round) return openDesk(round);
  place = null;
  const form = $("place");
  form.round.replaceChildren(...shift.today.rounds.map((each) => new Option(each.title, each.id)));
  form.site.replaceChildren(...shift.today.sites.map((each) => new Option(each.name, each.id)));
  if (shift.today.rounds[0]) form.size.value = String(shift.today.rounds[0].size);
  $("place-none").hidden = shift.today.rounds.length > 0;
  $("place-known").textContent = t("On this phone: {rounds} rounds, {sites} sites, {tubes} open tubes.", { rounds: shift.today.rounds.length, sites: shift.today.sites.length, tubes: Object.keys(shift.today.tubes).length });
  return show("place");
}

async function openDesk(round) {
  await desk.load();
  show("desk");
  door.open(round, shift.today);
  desk.open(place, round, shift.today);
}

function wire() {
  $("place").onsubmit = async (event) => {
    event.preventDefault();
    const form = event.target, site = shift.today.sites.find((each) => each.id === form.site.value);
    if (!site) return;
    place = { round: form.round.value, site: site.id, siteName: site.name, desk: Number(form.desk.value), size: form.size.value, how: form.how.value };
    await vault.keep("place", place);
    await choose();
  };
  $("desk-change").onclick = async () => { place = null; await shift.look(); await choose(); };
  offer($("camera"), (text) => desk.scanned(text), { stays: true });
}

start();
