// Codes read by the camera, wherever a code can be typed: a button, the picture, and a sentence where it does not work.
import { wake } from "./sounds.js";
import { make, t } from "./words.js";

const REST = 80; // ms between two looks at the picture, so that the phone stays cool
const AGAIN = 3000; // ms for which a code must be out of sight before it is read again
const IDLE = 120000; // ms without a code after which the camera goes off
const BUSY = "Another app holds the camera. Close it and press again, or type the code.";
const WRONG = {
  NotAllowedError: "The camera is not allowed here. Allow it in the browser's settings for this page, or type the code.",
  NotFoundError: "This device has no camera. Type the code, or use a reader.",
};
const ASKED = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
const SECOND = "btn btn-outline-secondary btn-second";

/** Put a button for the camera into `place`, where the browser lends one to pages (over HTTPS). `found(text)` is called for
 * each code, and may return a tone (see sounds.js) in which the picture is framed. The camera goes off after the first code
 * unless it `stays`, for a queue of people; and by itself when the page or the place is no longer seen. */
export function offer(place, found, { stays = false } = {}) {
  if (navigator.mediaDevices?.getUserMedia) new Camera(place, found, stays);
}

class Camera {
  constructor(place, found, stays) {
    Object.assign(this, { place, found, stays, stream: null, turn: 0 });
    this.label = make("span");
    this.button = make("button", { type: "button", class: SECOND, on: { click: () => (this.stream ? this.stop() : this.open()) } }, make("i", { class: "bi bi-camera", "aria-hidden": "true" }), this.label);
    this.torch = make("button", { type: "button", class: SECOND, text: t("Torch"), on: { click: () => this.shine() } });
    this.buttons = make("div", { class: "camera-buttons mt-2" }, this.button);
    this.video = make("video", { playsinline: "", "aria-label": t("Picture of the camera") });
    this.video.muted = true;
    this.frame = make("div", { class: "camera-frame" }, this.video);
    this.says = make("p", { class: "camera-says", role: "status" });
    place.classList.add("camera");
    place.append(this.buttons, this.says);
    document.addEventListener("visibilitychange", () => { if (document.hidden && this.stream) this.stop(); });
    window.addEventListener("pagehide", () => this.stream && this.stop());
    this.stop();
  }

  stop(why = "") {
    this.turn += 1;
    end(this.stream);
    this.stream = this.video.srcObject = null;
    this.frame.remove();
    this.torch.remove();
    this.torch.setAttribute("aria-pressed", "false");
    this.#say(t("Scan with the camera"), false, why);
  }

  #say(label, open, text) {
    this.label.textContent = label;
    this.button.setAttribute("aria-expanded", String(open));
    this.says.textContent = text;
  }

  async open() {
    wake();
    dress();
    const turn = (this.turn += 1);
    this.says.textContent = t("One moment…");
    let lent = null, read = null;
    try {
      lent = await navigator.mediaDevices.getUserMedia({ video: ASKED });
      read = await (await import("./codes.js")).reader();
    } catch (error) {
      end(lent);
      if (turn === this.turn) this.stop(t(lent ? "The reader of codes could not be loaded. Try again with a network, or type the code." : WRONG[error.name] || BUSY));
      return undefined;
    }
    if (turn !== this.turn) return end(lent); // pressed again meanwhile
    this.stream = lent;
    this.#show(lent.getVideoTracks()[0]);
    return this.#look(read, turn);
  }

  #show(track) {
    track.onended = () => this.stop(t(BUSY));
    if (track.getCapabilities?.().torch) this.buttons.append(this.torch);
    this.video.srcObject = this.stream;
    delete this.frame.dataset.read;
    this.buttons.after(this.frame);
    this.#say(t("Camera off"), true, t("Hold the code into the frame."));
    this.video.play().catch(() => {}); // closed before it began
  }

  async #look(read, turn) {
    const seen = new Map(); // when each code was last in sight
    let busy = performance.now();
    while (turn === this.turn) {
      if (!this.place.offsetParent || performance.now() - busy > IDLE) return this.stop();
      const text = await read(this.video), now = performance.now();
      if (turn !== this.turn) return undefined;
      if (text) {
        busy = now;
        if (!this.stays) this.stop();
        if (!(now - seen.get(text) < AGAIN)) this.frame.dataset.read = (await this.found(text)) || "ok";
        seen.set(text, performance.now());
      } else delete this.frame.dataset.read;
      await new Promise((next) => setTimeout(next, REST));
    }
    return undefined;
  }

  async shine() {
    const on = this.torch.getAttribute("aria-pressed") !== "true";
    await this.stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
    this.torch.setAttribute("aria-pressed", String(on));
  }
}

function end(stream) {
  for (const track of stream?.getTracks() || []) track.stop();
}

// Its style comes with it, so that a page pays for it when a camera is opened.
function dress() {
  const href = new URL("camera.css", import.meta.url).pathname;
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(make("link", { rel: "stylesheet", href }));
}
