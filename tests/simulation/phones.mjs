// Twenty phones with the real outbox (muster/offline/static/offline/outbox.js), driven line by line over stdin and stdout.
// Their storage is rows of JSON text, so that nothing but what was stored survives a kill. The network is whoever reads us.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const source = readFileSync(new URL("../../muster/offline/static/offline/outbox.js", import.meta.url), "utf-8");
const { Outbox, pause } = await import("data:text/javascript," + encodeURIComponent(source));

class Killed extends Error { get name() { return "Killed"; } }

class Storage {
  rows = new Map();
  append(record) { if (!this.rows.has(record.op)) this.rows.set(record.op, JSON.stringify({ ...record, state: "waiting" })); }
  #all(state) { return [...this.rows.values()].map((text) => JSON.parse(text)).filter((row) => row.state === state); }
  async waiting() { return this.#all("waiting"); }
  async open(rows) { return rows; }
  async refused() { return this.#all("refused"); }
  async remove(ops) { for (const op of ops) this.rows.delete(op); }
  async refuse(op, why) { if (this.rows.has(op)) this.rows.set(op, JSON.stringify({ ...JSON.parse(this.rows.get(op)), state: "refused", why })); }
}

let phones = new Map(), asked = 0, keys = 0, fault = "";
const answers = new Map();
const say = (message) => process.stdout.write(JSON.stringify(message) + "\n");

function phone(number) {
  if (!phones.has(number)) phones.set(number, { storage: new Storage(), boxes: new Map() });
  return phones.get(number);
}

function post(number, worker) {
  return async (lane, records, key) => {
    const sent = broken(records);
    const id = ++asked;
    say({ send: id, phone: number, worker, lane, key, records: sent });
    const reply = await new Promise((resolve) => answers.set(id, resolve));
    if (reply.killed) throw new Killed();
    if (reply.lost) {
      if (fault === "forgets") return { status: 200, answer: { verdicts: records.map((row) => ({ op: row.op, verdict: "new" })), tubes: {} } };
      throw new TypeError("no answer");
    }
    if (reply.answer && fault === "new_op") reply.answer.verdicts.forEach((verdict, n) => { verdict.op = records[n].op; });
    return reply;
  };
}

// Clients that are wrong on purpose: the simulation must notice them.
function broken(records) {
  if (fault !== "new_op") return records;
  return records.map((row) => ({ ...row, op: uuid() }));
}

function uuid() { return `00000000-0000-7000-8000-${(0x100000000000 + ++keys).toString(16).slice(-12)}`; }

async function flush(id, number, worker) {
  const { storage, boxes } = phone(number);
  if (!boxes.has(worker)) boxes.set(worker, new Outbox({ store: storage, post: post(number, worker), uuid }));
  let outcome;
  try {
    outcome = await boxes.get(worker).flush();
  } catch (error) {
    if (error.name !== "Killed") throw error;
    boxes.delete(worker);
    outcome = { state: "killed" };
  }
  const [waiting, refused] = [await storage.waiting(), await storage.refused()];
  say({ flushed: id, state: outcome.state, waiting: waiting.map((row) => row.op), refused: refused.map((row) => [row.op, row.why]) });
}

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  if (order.do === "begin") { phones = new Map(); answers.clear(); fault = order.fault; keys = order.from; }
  else if (order.do === "pause") say({ flushed: order.id, state: String(pause(order.failures, order.asked, () => order.random)), waiting: [], refused: [] });
  else if (order.do === "append") phone(order.phone).storage.append(order.record);
  else if (order.do === "flush") flush(order.id, order.phone, order.worker);
  else if (order.do === "reply") { const resolve = answers.get(order.id); answers.delete(order.id); resolve(order.reply); }
}
