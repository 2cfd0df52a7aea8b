// From door to door: the building's list, ticked off one by one, each with a sample or a reason.
import { t } from "../../muster/words.js";

const $ = (id) => document.getElementById(id);

export class Door {
  constructor({ vault, sender, desk, now, onRecord }) {
    Object.assign(this, { vault, sender, desk, now, onRecord, list: null });
    $("building-form").onsubmit = (event) => { event.preventDefault(); this.fetch($("building").value); };
    $("building").onchange = () => this.show($("building").value);
  }

  open(round, today) {
    this.round = round;
    const here = today.buildings.filter((each) => each.round === round.id);
    $("building").replaceChildren(...here.map((each) => new Option(`${each.name} (${each.open})`, each.area)));
    if (here.length) this.show(here[0].area);
  }

  async fetch(area) {
    try {
      const reply = await fetch(`${this.round.door}?area=${area}`, { cache: "no-store", redirect: "manual" });
      if (!reply.ok) throw new Error(String(reply.status));
      const list = await reply.json();
      const before = (await this.vault.kept(`door ${this.round.id} ${area}`)) || { done: {} };
      await this.vault.keep(`door ${this.round.id} ${area}`, { ...list, done: before.done });
    } catch (error) {
      $("door-says").textContent = t("The list could not be fetched: no network, or signed out.");
      return;
    }
    await this.show(area);
  }

  async show(area) {
    this.area = area;
    this.list = await this.vault.kept(`door ${this.round.id} ${area}`);
    if (!this.list) {
      $("door").replaceChildren();
      $("door-says").textContent = t("This building's list is not on the phone yet.");
      return;
    }
    const rows = this.list.people.map((person) => this.#row(person));
    $("door").replaceChildren(...rows);
    const left = this.list.people.filter((person) => !this.list.done[person.id]).length;
    $("door-says").textContent = t("{left} of {count} are left.", { left, count: this.list.people.length });
  }

  #row(person) {
    const row = $("door-row").content.cloneNode(true).firstElementChild;
    const done = this.list.done[person.id];
    row.querySelector("strong").textContent = person.door;
    row.querySelector("span").textContent = person.label;
    const button = row.querySelector("button"), select = row.querySelector("select");
    button.setAttribute("aria-label", `${button.textContent}: ${person.door} ${person.label}`);
    if (done) {
      row.querySelector(".pair").replaceChildren(Object.assign(document.createElement("span"), { className: "state state-ok", textContent: done === "sampled" ? button.textContent : select.querySelector(`[value="${done}"]`).textContent }));
      return row;
    }
    button.onclick = async () => {
      const stored = await this.desk.sample({ how: "list", person: person.id, label: `${person.door} ${person.label}`.trim() });
      if (stored) await this.#tick(person, "sampled");
    };
    select.onchange = () => this.#reason(person, select.value);
    return row;
  }

  async #tick(person, what, record = null) {
    this.list = { ...this.list, done: { ...this.list.done, [person.id]: what } };
    const key = `door ${this.round.id} ${this.area}`;
    if (record) await this.vault.append({ op: record.op, lane: this.round.reasons, body: record }, { [key]: this.list });
    else await this.vault.keep(key, this.list);
    await this.show(this.area);
  }

  async #reason(person, reason) {
    if (!reason) return;
    await this.#tick(person, reason, { op: crypto.randomUUID(), person: person.id, reason, at: this.now().toISOString() });
    this.desk.say("ok", t("Noted: {who}", { who: `${person.door} ${person.label}`.trim() }));
    this.onRecord();
  }
}
