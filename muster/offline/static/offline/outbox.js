// What a device recorded waits here until the server says that it has it. The rules, apart from storage and network, so
// that they can be played against the real server with thousands of lost answers (docs/offline.md).
//
// A record is {op, lane, body, after}: `op` makes it count once, `lane` is the address it goes to, `after` (or nothing) the
// op that must have gone before it. `store` keeps records:
//   waiting() -> those not yet answered, the oldest first, closed · open(rows) -> the same with `body`
//   remove(ops) · refuse(op, why) · counts() -> {waiting, refused}
// `post(lane, records, key)` sends a batch: {status, answer} with a JSON answer, {status, wait} without one (seconds that
// the server asked us to wait), {status: "signed_out"}; it throws where nothing came back.

export const MOST = 500;
const TAKEN = new Set(["new", "known"]);
const FIRST_WAIT = 2000, LONGEST_WAIT = 300000;

export class Outbox {
  constructor({ store, post, uuid }) {
    Object.assign(this, { store, post, uuid, sizes: new Map(), tubes: {} });
  }

  /** Send all that waits; returns {state, wait}: `sent`, `offline`, `busy`, `signed_out`, `refused` or `held`. */
  async flush() {
    const stuck = new Map(), passed = new Set();
    for (;;) {
      const free = (row) => !stuck.has(row.lane) && !passed.has(row.op) && !passed.has(row.after);
      const waiting = (await this.store.waiting()).filter(free);
      if (!waiting.length) break;
      const lane = waiting[0].lane;
      const batch = upToTurn(waiting.filter((row) => row.lane === lane).slice(0, this.sizes.get(lane) || MOST));
      const outcome = await this.#send(lane, await this.store.open(batch), passed);
      if (outcome.state === "offline" || outcome.state === "signed_out") return outcome;
      if (outcome.state !== "sent") stuck.set(lane, outcome);
    }
    if (passed.size && !stuck.size) return { state: "busy", wait: 0 };
    return [...stuck.values()].sort((one, other) => (other.wait || 0) - (one.wait || 0))[0] || { state: "sent" };
  }

  async #send(lane, batch, passed) {
    let reply;
    try {
      reply = await this.post(lane, batch.map((row) => row.body), this.uuid());
    } catch (error) {
      if (error.name === "Killed") throw error;
      return { state: "offline" };
    }
    if (reply.status === "signed_out" || reply.status === 401) return { state: "signed_out" };
    if (reply.answer && Array.isArray(reply.answer.verdicts)) return this.#settle(lane, batch, reply.answer);
    if (reply.status === 429 || reply.status === 503 || (reply.status >= 500 && reply.wait)) return { state: "busy", wait: reply.wait || 0 };
    if (reply.status >= 500) return this.#halve(lane, batch, passed);
    return { state: reply.status === 403 || reply.status === 404 ? "refused" : "held" };
  }

  /** Only what the server names as taken leaves the device; what it says nothing of stays. */
  async #settle(lane, batch, answer) {
    const waiting = new Set(batch.map((row) => row.op));
    const mine = answer.verdicts.filter((verdict) => waiting.has(verdict.op));
    await this.store.remove(mine.filter((verdict) => TAKEN.has(verdict.verdict)).map((verdict) => verdict.op));
    for (const { op, field, reason } of mine.filter((verdict) => verdict.verdict === "rejected")) await this.store.refuse(op, { field, reason });
    Object.assign(this.tubes, answer.tubes);
    this.sizes.set(lane, Math.min(MOST, 2 * (this.sizes.get(lane) || MOST)));
    return { state: mine.length ? "sent" : "held" };
  }

  /** The server fell over this batch: smaller ones find the record that does it, and the others get past it. */
  #halve(lane, batch, passed) {
    if (batch.length === 1) {
      passed.add(batch[0].op);
      if (passed.size > 2) return { state: "busy", wait: 0 };
      return { state: "sent" };
    }
    this.sizes.set(lane, Math.ceil(batch.length / 2));
    return { state: "sent" };
  }
}

/** A batch ends with a record that takes back another of the same batch: what comes after must find that done. */
function upToTurn(rows) {
  const ops = new Set(rows.map((row) => row.op));
  const turn = rows.findIndex((row) => ops.has(row.after));
  return turn < 0 ? rows : rows.slice(0, turn + 1);
}

/** How long to wait before the next try, in ms: doubling, with jitter, never less than the server asked for. */
export function pause(failures, asked, random = Math.random) {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(failures, 20));
  return Math.max(most * (0.5 + random() / 2), (asked || 0) * 1000 * (1 + random() / 4));
}
