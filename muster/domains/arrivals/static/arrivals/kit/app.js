// The checkpoint on a phone: what is opened when, what is recorded, and who is told.
import { Shift } from "../../offline/shift.js";
import { Unsent } from "../../offline/unsent.js";
import { show } from "../../offline/gate.js";
import { offer } from "../../muster/camera.js";
import { sound } from "../../muster/sounds.js";
import { t } from "../../muster/words.js";
import { leastOf, person, stricter } from "./seen.js";

const $ = (id) => document.getElementById(id);
const shift = new Shift({ name: "muster-checkpoint", key: "checkpoints", empty: { checkpoints: [], areas: [], ahead: 0 } });
let vault, sender, unsent, place = null, people = [];

async function start() {
  if (!(await shift.open((outcome) => unsent.refresh(outcome.state)))) return;
  ({ vault, sender } = shift);
  unsent = new Unsent({ vault, sender, describe, correct, back: () => (place ? "barrier" : "place") });
  wire();
  await shift.enter(unsent);
  place = (await vault.kept("checkpoint")) || null;
  await shift.begin(shift.today.checkpoints.length > 0, choose);
}

const nameOf = (one) => one.name || one.booking || one.number;
const wordOf = (value) => [...$("chosen").options].find((option) => option.value === value).text;

function describe(body) {
  return [t("Passage"), body.plate, (body.people || []).map(nameOf).join(", ")].filter(Boolean).join(" · ");
}

/** A refused record comes back into the form, with its reason; recorded again it is a new one. */
async function correct(row) {
  const form = $("passage"), { people: inside, ...rest } = row.body;
  form.reset();
  for (const [name, value] of Object.entries(rest)) if (form.elements[name] && name !== "goods") form.elements[name].value = value;
  form.goods.checked = rest.goods === true;
  people = inside.slice(0, -1);
  const last = inside[inside.length - 1] || {};
  for (const name of ["booking", "name", "phone", "number", "code"]) form.elements[name].value = last[name] || "";
  form.negative.checked = last.negative === true;
  form.complaints.checked = last.complaints === true;
  await vault.remove([row.op]);
  await unsent.refresh();
  show("barrier");
  seen();
  complain(t("Correct it and record it again: {why}", { why: row.why.reason }));
}

// -- the barrier

async function choose() {
  const found = place && shift.today.checkpoints.find((each) => each.id === place);
  if (found) return open(found);
  place = null;
  $("place").checkpoint.replaceChildren(...shift.today.checkpoints.map((each) => new Option(each.name, each.id)));
  $("place-none").hidden = shift.today.checkpoints.length > 0;
  $("place-known").textContent = t("On this phone: {count} checkpoints.", { count: shift.today.checkpoints.length });
  return show("place");
}

function open(found) {
  $("where").textContent = found.name;
  $("places").replaceChildren(...shift.today.areas.map(([, name]) => new Option("", name)));
  show("barrier");
  seen();
}

// The code of where they go: "" where nothing is said, null where the text is no place's name or that of several.
function goal(text) {
  if (!text) return "";
  const ends = shift.today.areas.filter(([, name]) => name === text || name.endsWith(` · ${text}`));
  const found = ends.length ? ends : shift.today.areas.filter(([, name]) => name.includes(text));
  return found.length === 1 ? found[0][0] : null;
}

function complain(text) {
  $("wrong").textContent = text;
  $("wrong").hidden = !text;
  if (text) $("said").hidden = true;
}

/** What is seen so far, and what follows from it at least. */
function seen() {
  const form = $("passage"), inside = [...people, person(form)];
  document.querySelector("[data-vehicle]").hidden = !form.vehicle.value;
  const least = leastOf(inside, form.goods.checked);
  if (!form.dataset.touched || stricter(least, form.chosen.value)) form.chosen.value = least;
  $("least").textContent = t("By what is seen, at least: {what}", { what: wordOf(least) });
  $("people").textContent = people.length ? t("{count} people so far: {who}", { count: people.length, who: people.map(nameOf).join(", ") }) : "";
}

function missing(form, one) {
  if (!one.booking && !one.name) return t("Say who it is: a reference, or a name.");
  if (!one.booking && !one.phone && !one.number) return t("A phone or an identity number is needed.");
  if (!one.booking && !form.origin.value.trim()) return t("Where do they come from?");
  if (goal(form.to_area.value.trim()) === null) return t("Choose where they go.");
  if (!one.code) return t("Which colour has the code?");
  return form.vehicle.value && !form.plate.value.trim() ? t("A vehicle needs its plate.") : "";
}

function clearPerson(form) {
  for (const name of ["booking", "name", "phone", "number"]) form.elements[name].value = "";
  form.negative.checked = form.complaints.checked = false;
  form.code.selectedIndex = 0;
  form.booking.focus();
}

function add() {
  const form = $("passage"), one = person(form), no = missing(form, one);
  complain(no);
  if (no) return;
  people.push(one);
  clearPerson(form);
  seen();
}

async function record(event) {
  event.preventDefault();
  const form = event.target, last = person(form);
  const inside = nameOf(last) || !people.length ? [...people, last] : people;
  const no = missing(form, inside[inside.length - 1]);
  complain(no);
  if (no) return;
  const found = shift.today.checkpoints.find((each) => each.id === place), op = crypto.randomUUID();
  const vehicle = form.vehicle.value;
  const body = {
    op, at: shift.now().toISOString(), origin: form.origin.value.trim(), to_area: goal(form.to_area.value.trim()), chosen: form.chosen.value, people: inside,
    ...(vehicle ? { vehicle, plate: form.plate.value.trim(), goods: form.goods.checked } : {}),
  };
  try { await vault.append({ op, lane: found.lane, body }); } catch (error) { return complain(t("Not stored: the phone's storage failed. Write it down.")); }
  $("said").textContent = t("Recorded: {who}. Done: {what}.", { who: inside.map(nameOf).join(", "), what: wordOf(body.chosen) });
  $("said").hidden = false;
  people = [];
  form.reset();
  delete form.dataset.touched;
  seen();
  form.vehicle.focus();
  await unsent.refresh();
  sender.run();
}

function wire() {
  $("place").onsubmit = async (event) => {
    event.preventDefault();
    place = event.target.checkpoint.value;
    await vault.keep("checkpoint", place);
    await choose();
  };
  $("change").onclick = async () => { place = null; await shift.look(); await choose(); };
  $("passage").onsubmit = record;
  $("passage").oninput = (event) => { if (event.target.name === "chosen") $("passage").dataset.touched = "yes"; seen(); };
  $("add").onclick = add;
  offer($("camera"), (text) => {
    const right = text.length <= $("booking").maxLength;
    sound(right ? "ok" : "no");
    if (right) { $("booking").value = text; seen(); }
    complain(right ? "" : t("This is not the reference of a declaration."));
    return right ? "ok" : "no";
  });
}

start();
