// A shift on a phone, whatever is recorded in it: opening the page, the contacts with the server, signing out.
import { obstacle, only, pass, remember, show } from "./gate.js";
import { Outbox } from "./outbox.js";
import { post } from "./posting.js";
import { Sender } from "./sender.js";
import { heed, standing } from "./standing.js";
import { Vault } from "./vault.js";
import { t } from "../muster/words.js";

const $ = (id) => document.getElementById(id);
const STANDS = 30000; // ms for which a good answer about this device holds

export class Shift {
  /** `name` is held by one tab; `key` keeps what a shift needs (`empty` before it came), which does for `lasts` ms. */
  constructor({ name, key, empty, lasts = Infinity }) {
    Object.assign(this, { name, key, lasts, today: empty, scope: document.body.dataset.scope, token: "", contact: null, trustedAt: 0, lookedAt: 0 });
  }

  now() { return new Date(Date.now() + this.today.ahead * 1000); }

  /** Storage, outbox and sender, as far as they need no PIN. False, and said on the screen, where this page cannot work. */
  async open(onState) {
    const no = obstacle() || ((await only(this.name)) ? "" : "twice");
    if (no) { show(no); return false; }
    remember();
    if ("serviceWorker" in navigator) navigator.serviceWorker.register(`${this.scope}worker.js`, { scope: this.scope, updateViaCache: "none" }).catch(() => {});
    try { this.vault = await Vault.open("muster"); } catch (error) { show("storage"); return false; }
    await this.vault.setPlain("home", this.scope);
    this.outbox = new Outbox({ store: this.vault, uuid: () => crypto.randomUUID(), post: (lane, rows, key) => post(lane, rows, key, this.token) });
    this.sender = new Sender({ outbox: { flush: () => this.flush() }, store: this.vault, onState, onReturn: () => { this.trustedAt = 0; } });
    this.#wire();
    return true;
  }

  /** The PIN, then what was kept of the lists. */
  async enter(unsent) {
    this.unsent = unsent;
    await unsent.refresh();
    if (await this.vault.isSet()) this.trusted().then((state) => { if (state === "erased") show("erased"); });
    await pass(this.vault);
    this.today = (await this.vault.kept(this.key)) || this.today;
  }

  /** Work: at once where the lists are `known`, else after the first look. */
  async begin(known, choose) {
    navigator.locks?.request("muster-open", () => new Promise(() => {})); // as long as this page lives its worker leaves sending to it
    const looking = this.look();
    if (!known) await looking;
    this.sender.start();
    await choose();
    if (location.hash === "#unsent") await this.unsent.open();
  }

  /** One contact: is the session good, what is new, then everything that waits. Nothing is sent in another post's name. */
  async flush() {
    if (!this.vault.isOpen) return { state: "sent" };
    const state = await this.trusted();
    if (state === "erased") { show("erased"); return { state: "sent" }; }
    if (state === "unknown") return { state: "offline" };
    if (state !== "ok") return { state };
    if (!this.token || Date.now() - this.lookedAt > this.lasts) await this.look();
    let outcome = await this.outbox.flush();
    if (outcome.state !== "sent") this.trustedAt = 0;
    if (outcome.state === "refused" && (await this.look())) outcome = await this.outbox.flush(); // a sign-in makes an old token useless
    return outcome;
  }

  /** Asked afresh twice a minute, and whenever somebody comes back to the page. */
  async trusted() {
    if (Date.now() - this.trustedAt < STANDS) return "ok";
    const state = await heed(this.vault, (this.contact = await standing()));
    this.trustedAt = state === "ok" ? Date.now() : 0;
    return state;
  }

  /** Fetch what a shift needs; true when it came. */
  async look() {
    try {
      const reply = await fetch(`${this.scope}today/`, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(15000) });
      if (!reply.ok) return false;
      const { token, ...rest } = await reply.json();
      Object.assign(this, { token, today: rest, lookedAt: Date.now() });
      await this.vault.keep(this.key, rest);
      return true;
    } catch (error) {
      return false;
    }
  }

  #wire() {
    $("lock").onclick = () => { this.vault.lock(); location.reload(); };
    $("sign-out").onclick = () => this.#signOut();
    $("send-as-other").onclick = async () => { await this.vault.setPlain("post", this.contact.post); this.sender.hurry(); };
    document.addEventListener("muster:handed-over", () => this.sender.hurry());
  }

  /** With something unsent nobody is signed out: it is sent or handed over first. */
  async #signOut() {
    const { waiting, refused } = await this.vault.counts();
    if (waiting + refused) {
      $("unsent-note").textContent = t("Not signed out: {count} records are only on this phone. Send them, or hand them over.", { count: waiting + refused });
      return;
    }
    if (!this.token) await this.look();
    await this.vault.forgetKept();
    await fetch("/sign-out/", { method: "POST", redirect: "manual", headers: { "X-CSRFToken": this.token, "Idempotency-Key": crypto.randomUUID() } }).catch(() => {});
    this.vault.lock();
    location.assign("/sign-in/");
  }
}
