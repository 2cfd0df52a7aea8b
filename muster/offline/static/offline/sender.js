// When the outbox is sent: on opening, after each record, when the network returns, when the browser's background sync
// wakes us, and again after a growing pause. One sender at a time among the tabs of a device.
import { pause } from "./outbox.js";

const STEADY = 60000; // ms between looks at an empty outbox, and the longest wait for a first contact

/** Run `work` unless another tab does; without Web Locks a lease in the store stands in. */
export async function alone(name, store, work) {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  }
  if (!(await store.lease(name, 30000))) return undefined;
  try { return await work(); } finally { await store.release(name); }
}

export class Sender {
  constructor({ outbox, store, onState, onReturn = () => {} }) {
    Object.assign(this, { outbox, store, onState, onReturn, failures: 0, timer: null, busy: null, again: false, state: "sent" });
  }

  start() {
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.hurry(); });
    navigator.serviceWorker?.addEventListener("message", (event) => { if (event.data === "sync") this.hurry(); });
    this.hurry();
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  /** Try now, whatever pause there was. */
  hurry() {
    this.failures = 0;
    this.onReturn();
    return this.run();
  }

  async run() {
    if (this.stopped) return;
    clearTimeout(this.timer);
    if (this.busy) { this.again = true; return this.busy; }
    this.busy = this.#once();
    try { await this.busy; } finally { this.busy = null; }
    if (this.again) { this.again = false; await this.run(); }
  }

  async #once() {
    let outcome;
    try { outcome = await alone("muster-outbox", this.store, () => this.outbox.flush()); } catch (error) { outcome = { state: "broken", error: String(error) }; }
    if (outcome) {
      this.failures = outcome.state === "sent" ? 0 : this.failures + 1;
      this.state = outcome.state;
      this.onState(outcome);
    }
    if (this.stopped) return;
    const counts = await this.store.counts();
    if (counts.waiting && this.state !== "sent") this.#askForSync();
    const wait = this.state === "sent" || !outcome ? STEADY : pause(this.failures - 1, outcome.wait);
    this.timer = setTimeout(() => this.run(), wait);
  }

  #askForSync() {
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("muster-outbox")).catch(() => {});
  }
}

/** Post a batch as the registration API takes it. Throws where nothing came back. */
export async function post(lane, records, key, token) {
  const reply = await fetch(lane, {
    method: "POST", redirect: "manual", credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key, "X-CSRFToken": token || "" },
    body: JSON.stringify(records), signal: AbortSignal.timeout(60000),
  });
  if (reply.type === "opaqueredirect" || reply.status === 401) return { status: "signed_out" };
  const json = (reply.headers.get("Content-Type") || "").startsWith("application/json");
  if (json && [200, 207, 422].includes(reply.status)) return { status: reply.status, answer: await reply.json() };
  return { status: reply.status, wait: Number(reply.headers.get("Retry-After")) || 0 };
}
