// When the outbox is sent: on opening, after each record, when the network returns, when the browser's background sync
// wakes us, and again after a growing pause. One sender at a time among the tabs of a device and its service worker.
import { pause } from "./outbox.js";
import { alone } from "./posting.js";

const STEADY = 60000; // ms between looks at an empty outbox, and the longest wait for a first contact

export class Sender {
  constructor({ outbox, store, onState, onReturn = () => {} }) {
    Object.assign(this, { outbox, store, onState, onReturn, failures: 0, timer: null, busy: null, again: false, state: "sent" });
  }

  start() {
    window.addEventListener("online", () => this.hurry());
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#askForSync(); else this.hurry(); });
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
    if (this.state === "sent") this.asked = false;
    else if (!this.asked) await this.#askForSync();
    const wait = this.state === "sent" || !outcome ? STEADY : pause(this.failures - 1, outcome.wait);
    this.timer = setTimeout(() => this.run(), wait);
  }

  /** Once for each loss of the network, and when the page is put away: a sync that fails at once would wake us at once again. */
  async #askForSync() {
    if (!(await this.store.counts()).waiting) return;
    this.asked = true;
    navigator.serviceWorker?.ready.then((worker) => worker.sync?.register("muster-outbox")).catch(() => {});
  }
}
