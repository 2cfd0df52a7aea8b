// The desk: one tube, one field, one hand. Every press is stored before it is said to be done.
import { make, t } from "../../muster/words.js";
import { sound } from "../../muster/sounds.js";
import { isSheet, lineOp } from "./paper.js";
import { isPerson, read, short, slip } from "./reading.js";
import * as tubes from "./tubes.js";

const $ = (id) => document.getElementById(id);
const ICONS = { ok: "check-circle-fill", warn: "exclamation-diamond-fill", no: "x-octagon-fill" };
const LONGEST = 40; // letters of a tube's code
const AGAIN = 10000; // ms in which a second scan means "yes, really"

export class Desk {
  constructor({ vault, sender, now, onRecord }) {
    Object.assign(this, { vault, sender, now, onRecord, tubes: {}, tube: null, doubt: null, firstKey: 0, correcting: null, turns: {}, queue: Promise.resolve() });
    $("tube-form").onsubmit = (event) => { event.preventDefault(); this.#inTurn(() => this.#beginTube($("tube-code").value)); };
    $("sample-form").onsubmit = (event) => { event.preventDefault(); this.#inTurn(() => this.#register()); };
    $("seal-form").onsubmit = (event) => { event.preventDefault(); this.#inTurn(() => this.#seal()); };
    $("undo").onclick = () => this.#inTurn(() => this.#undo());
    $("tube-away").onclick = () => this.#noTube();
    $("number").addEventListener("input", (event) => { if (event.target.value.length <= 1) this.firstKey = performance.now(); });
    setInterval(() => this.#showUndo(), 1000);
  }

  /** One after another: a scanner is faster than a disk. */
  #inTurn(work) {
    this.queue = this.queue.then(work).catch((error) => {
      this.say("no", t("Not stored: the phone's storage failed. Write it down."));
      throw error;
    });
    return this.queue;
  }

  /** What this phone knows of tubes; before the desk is shown, as a reader may be faster than the disk. */
  async load() {
    this.tubes = (await this.vault.kept("tubes")) || {};
  }

  open(place, round, today) {
    Object.assign(this, { place, round, today });
    $("desk-where").textContent = [round.title, place.siteName, t("Desk {number}", { number: place.desk })].join(" · ");
    document.body.dataset.how = place.how;
    this.say("", t("Scan the code of a tube, then the first person."));
    const open = this.tubes[place.tube];
    if (open && !open.sealed && open.round === round.id) this.#show(open); else this.#noTube();
  }

  /** What happened, in a word, a colour, a sign and a sound. */
  say(tone, text) {
    const place = $("said");
    place.dataset.tone = tone;
    place.replaceChildren(...(tone ? [make("i", { class: `bi bi-${ICONS[tone]}`, "aria-hidden": "true" })] : []), make("span", { text }));
    if (tone) sound(tone);
  }

  /** What the camera read: the code of a tube while none is in hand, else somebody's. Returns the tone of the answer. */
  async scanned(text) {
    await this.#inTurn(() => {
      if (isPerson(text) !== Boolean(this.tube)) return this.say("warn", this.tube ? t("This is nobody's code.") : t("This is a person's code. First the code of a tube."));
      if (!this.tube) return this.#beginTube(text);
      [$("number").value, this.firstKey] = [text, 0];
      return this.#register();
    });
    return $("said").dataset.tone;
  }

  #noTube() {
    this.tube = null;
    $("tube-form").hidden = false;
    $("sample-form").hidden = $("tube-panel").hidden = true;
    $("tube-code").value = "";
    $("tube-code").focus();
  }

  async #beginTube(text) {
    const code = text.normalize("NFKC").trim().toUpperCase();
    if (!code) return;
    if (code.length > LONGEST) return this.say("no", t("This is not the code of a tube."));
    if (this.tubes[code]?.sealed) return this.say("no", t("This tube is sealed. Take another."));
    if (this.tubes[code] && this.tubes[code].round !== this.round.id) return this.say("no", t("This tube belongs to another round."));
    const served = this.today.tubes[code];
    const household = this.place.size === "household";
    this.place = { ...this.place, tube: code };
    await this.vault.keep("place", this.place);
    this.#show(tubes.begin(this.tubes, code, { capacity: Number(this.place.size) || 10, household, round: this.round.id, served }));
    this.say("", t("Tube {code}. Now the first person.", { code }));
  }

  #show(tube) {
    this.tube = tube;
    $("tube-form").hidden = true;
    $("sample-form").hidden = $("tube-panel").hidden = false;
    $("seal-form").hidden = tube.sealed;
    const full = tubes.inside(tube) >= tube.capacity;
    $("tube-title").textContent = `${tube.code}: ${tubes.inside(tube)} / ${tube.capacity}`;
    const before = tube.before > 0 ? [make("li", { class: "soft", text: t("{count} before", { count: tube.before }) })] : [];
    $("members").replaceChildren(...before, ...tube.members.map((each) => make("li", {}, make("span", { translate: "no", text: `${each.position}  ${each.who}` }))));
    this.#showUndo();
    if (full && !tube.sealed) $("count").focus(); else $(this.place.how === "paper" && !$("sheet").value ? "sheet" : "number").focus();
  }

  #showUndo() {
    const found = this.tube && tubes.last(this.tube, Date.now());
    $("undo").hidden = !found;
    if (found) $("undo").textContent = t("Take {who} back ({seconds} s)", { who: found.member.who, seconds: Math.ceil(found.ms / 1000) });
  }

  /** A second look before something odd: true when it was asked for twice. */
  #sure(what, text) {
    const sure = this.doubt?.what === what && Date.now() - this.doubt.at < AGAIN;
    this.doubt = sure ? null : { what, at: Date.now() };
    if (!sure) this.say("warn", text);
    return sure;
  }

  async #register() {
    const form = $("sample-form");
    const said = form.number.value.trim(), name = form.name.value.normalize("NFKC").trim();
    if (!said && !name) return this.say("no", t("Say who it is: a number, or a name."));
    const found = said ? read(said, performance.now() - this.firstKey) : { how: "typed" };
    const proxy = { proxy_who: form.proxy_who.value, proxy_why: form.proxy_why.value };
    if (Boolean(proxy.proxy_who) !== Boolean(proxy.proxy_why)) return this.say("no", t("On somebody's behalf: say who does it and why."));
    if (slip(found.number) && !this.#sure(`slip ${found.number}`, t("This identity number has a slip in it. Look again, or press once more."))) return undefined;
    const record = { ...found, ...(name ? { name } : {}), ...(proxy.proxy_who ? proxy : {}) };
    return (await this.sample(record)) && this.#next(form);
  }

  #next(form) {
    for (const field of ["number", "name", "proxy_who", "proxy_why"]) form[field].value = "";
    if (this.place.how === "paper") form.line.value = Number(form.line.value) + 1;
    return true;
  }

  /** Register one person, however they were found; true when it is stored. */
  async sample(found) {
    const { tube } = this;
    if (!tube) { this.say("no", t("First the code of a tube.")); return false; }
    if (tubes.inside(tube) >= tube.capacity) { this.say("no", t("The tube is full. Seal it, and take another.")); return false; }
    const key = found.person || found.number || found.name;
    const twice = Object.values(this.tubes).find((each) => each.round === this.round.id && each.members.some((member) => member.key === key));
    if (twice && !this.#sure(`twice ${key}`, t("Sampled before on this phone ({code}). Once more registers a second sample.", { code: twice.code }))) return false;
    const paper = this.place.how === "paper" ? await this.#paper(key) : {};
    if (!paper) return false;
    const op = paper.op || crypto.randomUUID(), who = short(found), at = Date.now();
    const { label, ...person } = found;
    const said = paper.at || this.now().toISOString();
    const put = tubes.put(tube, { op, who, key, at, said });
    const body = {
      op, do: "register", tube: tube.code, site: this.place.site, desk: this.place.desk, capacity: tube.capacity, household: tube.household,
      at: said, ...person, ...(paper.op ? { how: "paper" } : {}), base: put.base, position: put.position,
    };
    if (tube.household) delete body.capacity;
    if (!(await this.#store(body, put.tube))) { this.say("warn", t("This line was typed before.")); return true; }
    if (this.correcting) { await this.vault.remove([this.correcting]); this.correcting = null; }
    if (this.tube.sealed) this.#noTube();
    this.say("ok", t("{position}: {who}", { position: put.position, who }));
    this.onRecord();
    return true;
  }

  async #paper(key) {
    const form = $("sample-form"), sheet = form.sheet.value.trim().toUpperCase(), line = Number(form.line.value);
    if (!isSheet(sheet)) { this.say("no", t("This is not the number of a sheet. Look again.")); return null; }
    if (!form.at.value || !line) { this.say("no", t("Enter the line and the time on the sheet.")); return null; }
    const where = `${sheet} ${line}`;
    return { op: await lineOp(this.round.id, sheet, line, key, this.turns[where] || 0), at: new Date(form.at.value).toISOString() };
  }

  async #store(body, tube, after) {
    const next = tubes.trim({ ...this.tubes, [tube.code]: tube });
    const stored = await this.vault.append({ op: body.op, lane: this.round.lane, body, after }, { tubes: next });
    if (!stored) return false;
    this.tubes = next;
    this.#show(tube);
    return true;
  }

  async #undo() {
    const found = this.tube && tubes.last(this.tube, Date.now());
    if (!found) return this.say("no", t("Too late: the minute is over, or the tube is sealed."));
    const { member } = found;
    const at = new Date(Date.parse(member.said) + Date.now() - member.at).toISOString(); // of a sheet: typed a moment ago
    const body = { op: crypto.randomUUID(), do: "undo", tube: this.tube.code, target: member.op, at };
    await this.#store(body, tubes.takeBack(this.tube), member.op);
    if (this.place.how === "paper") this.#lineBack();
    this.say("warn", t("Taken back: {who}", { who: member.who }));
    return this.onRecord();
  }

  #lineBack() {
    const form = $("sample-form");
    form.line.value = Math.max(1, Number(form.line.value) - 1);
    const where = `${form.sheet.value.trim().toUpperCase()} ${form.line.value}`;
    this.turns[where] = (this.turns[where] || 0) + 1;
  }

  async #seal() {
    const form = $("seal-form"), count = Number(form.count.value), { tube } = this;
    if (!tubes.inside(tube)) return this.say("no", t("There is no sample in this tube."));
    const differs = t("Counted {count}, registered {inside}. Count again, or press once more.", { count, inside: tubes.inside(tube) });
    if (count !== tubes.inside(tube) && !this.#sure(`count ${tube.code} ${count}`, differs)) return undefined;
    const body = { op: crypto.randomUUID(), do: "seal", tube: tube.code, count, at: this.now().toISOString() };
    await this.#store(body, tubes.seal(tube, count));
    form.reset();
    this.#noTube();
    this.say("ok", t("{code} is sealed. Scan the next tube.", { code: tube.code }));
    return this.onRecord();
  }

  /** After the server answered: its counts of tubes of which nothing waits are the true ones. */
  async agree(served) {
    if (!Object.keys(served).length) return;
    const waiting = new Set((await this.vault.open(await this.vault.waiting())).map((row) => row.body.tube));
    const next = tubes.agree(this.tubes, served, waiting);
    if (JSON.stringify(next) === JSON.stringify(this.tubes)) return;
    this.tubes = next;
    await this.vault.keep("tubes", next);
    if (this.tube && next[this.tube.code]) this.#show(next[this.tube.code]);
  }

  /** Take a refused record back into the form. */
  correct(row) {
    const form = $("sample-form"), { body } = row;
    this.correcting = row.op;
    const tube = this.tubes[body.tube];
    if (tube) {
      const left = { ...tube, members: tube.members.filter((member) => member.op !== row.op) };
      this.tubes = { ...this.tubes, [body.tube]: left };
      this.#show(left);
    }
    form.number.value = body.number || body.person || "";
    form.name.value = body.name || "";
    this.say("warn", t("Correct it and register it again: {why}", { why: row.why.reason }));
  }
}
