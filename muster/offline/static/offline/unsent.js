// What has not reached the server: the count in the bar, always; the screen where it is sent, corrected, put aside, handed over.
import { make, t } from "../muster/words.js";
import { show } from "./gate.js";

const $ = (id) => document.getElementById(id);
const SAYS = {
  sent: "Everything is with the server.", offline: "No network. It is kept on this phone and sent by itself.",
  busy: "The server is busy. It is sent again by itself.", signed_out: "You are signed out. Sign in, then it is sent.",
  refused: "This post may not send here. Hand the records over, or sign in on the right post.",
  held: "The server does not take them now (is the round open?). They are kept.",
  broken: "The phone's storage failed. Do not close this page; hand the records over.",
  revoked: "Your access was ended. Hand over what is unsent; then this phone forgets its key.",
  other: "Another post is signed in. Send these records as that post, or sign in on the first one.",
  waiting: "Waiting to be sent",
};

export class Unsent {
  /** `describe(body)` says a record in a few words; `correct(row)` takes it back into the form; `back` is the screen to return to. */
  constructor({ vault, sender, describe, correct, back }) {
    Object.assign(this, { vault, sender, describe, correct, back, state: "waiting", handed: [] });
    $("unsent").onclick = () => this.open();
    $("unsent-back").onclick = () => show(this.back());
    $("send-now").onclick = () => this.sender.hurry();
    $("hand-over").onclick = () => this.handOver();
    $("handed-over").onclick = () => this.handedOver();
    $("take-over").onsubmit = (event) => { event.preventDefault(); this.takeOver(event.target); };
  }

  /** Bring count and sentence up to date. */
  async refresh(state) {
    if (state) this.state = state;
    const { waiting, refused } = await this.vault.counts();
    const chip = $("unsent"), all = !waiting && !refused;
    chip.className = `chip state state-${refused ? "late" : waiting ? "warn" : "ok"}`;
    chip.querySelector(".bi").className = `bi bi-${refused ? "exclamation-triangle-fill" : waiting ? "cloud-slash" : "cloud-check"}`;
    const words = [waiting ? t("{count} unsent", { count: waiting }) : "", refused ? t("{count} refused", { count: refused }) : ""];
    if (["signed_out", "revoked", "other"].includes(this.state)) words.push(t("Sign in"));
    chip.querySelector("span").textContent = all ? t("All sent") : words.filter(Boolean).join(" · ");
    chip.dataset.waiting = waiting;
    chip.dataset.refused = refused;
    const shown = !waiting && this.state !== "revoked" ? "sent" : this.state === "sent" ? "waiting" : this.state;
    $("unsent-says").textContent = t(SAYS[shown]);
    $("unsent-says").dataset.state = shown;
    $("sign-in-again").hidden = !["signed_out", "revoked", "other", "refused"].includes(shown);
    $("send-as-other").hidden = shown !== "other";
    $("hand-over").disabled = all;
    if (document.body.dataset.shown === "unsent") await this.list();
  }

  async open() {
    show("unsent");
    await this.refresh();
  }

  async list() {
    if (!this.vault.isOpen) return;
    const rows = await this.vault.refused();
    $("refused").replaceChildren(...rows.map((row) => this.#row(row)));
    $("refused-none").hidden = rows.length > 0;
    const last = await this.vault.open((await this.vault.waiting()).slice(-20).reverse());
    $("waiting").replaceChildren(...last.map((row) => make("li", { text: this.describe(row.body) })));
  }

  #row(row) {
    const aside = make("button", { class: "btn btn-outline-secondary", type: "button", text: t("Put aside") });
    aside.onclick = async () => {
      if (!aside.dataset.sure) { aside.dataset.sure = "yes"; aside.textContent = t("Press again to put aside"); return; }
      await this.vault.remove([row.op]);
      await this.refresh();
    };
    const correct = make("button", { class: "btn btn-primary", type: "button", text: t("Correct"), on: { click: () => this.correct(row) } });
    const buttons = row.body.do === "register" ? [correct, aside] : [aside];
    return make("li", {}, make("p", { text: this.describe(row.body) }), make("p", { class: "field-error", text: row.why.reason }), make("div", { class: "pair" }, ...buttons));
  }

  // -- another phone sends them

  async handOver() {
    const { file, code, count, ops } = await this.vault.handOver();
    this.handed = ops;
    const link = make("a", { href: URL.createObjectURL(new Blob([file], { type: "application/json" })), download: `muster-${new Date().toISOString().slice(0, 10)}-${count}.json` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    $("hand-code").textContent = t("{count} records in the file. Its code: {code}", { count, code });
    $("hand-done").hidden = false;
  }

  async handedOver() {
    await this.vault.remove(this.handed);
    this.handed = [];
    $("hand-done").hidden = true;
    $("unsent-note").textContent = t("Handed over: they are no longer on this phone.");
    await this.refresh();
    document.dispatchEvent(new CustomEvent("muster:handed-over"));
  }

  async takeOver(form) {
    try {
      const count = await this.vault.takeOver(await form.file.files[0].text(), form.code.value);
      $("unsent-note").textContent = t("{count} records taken over.", { count });
      form.reset();
    } catch (error) {
      $("unsent-note").textContent = t("This is not the file's code, or not a file of ours.");
    }
    await this.refresh();
    this.sender.hurry();
  }
}
