// Codes read by the camera, wherever a code can be typed: a button, the picture, and a sentence where it does not work.
import { wake } from "./sounds.js";
import { make, t } from "./words.js";

const REST = 80; // ms between two looks at the picture, so that the phone stays cool
const AGAIN = 3000; // ms for which a code must be out of sight before it is read again
const IDLE = 120000; // ms without a code after which the camera goes off
const WRONG = {
  NotAllowedError: "The camera is not allowed here. Allow it in the browser's settings for this page, or type the code.",
  NotFoundError: "This device has no camera. Type the code, or use a reader.",
  NotReadableError: "Another app holds the camera. Close it and press again, or type the code.",
};

/** Whether there can be a camera at all: over HTTPS, in a browser that lends it to pages. */
export const possible = () => Boolean(navigator.mediaDevices?.getUserMedia);

/** Put a button for the camera into `place`. `found(text)` is called for each code; the camera goes off after the first one
 * unless it `stays`, for a queue of people. It goes off by itself when the page or the place is no longer seen. */
export function offer(place, found, { stays = false } = {}) {
  if (!possible()) return;
  const words = { shut: t("Scan with the camera"), open: t("Camera off") };
  const label = make("span", { text: words.shut }), says = make("p", { class: "camera-says", role: "status" });
  const button = make("button", { type: "button", class: "btn btn-outline-secondary btn-second", "aria-expanded": "false", on: { click: () => (stream ? stop() : open()) } }, label);
  const torch = make("button", { type: "button", class: "btn btn-outline-secondary btn-second", "aria-pressed": "false", hidden: "", text: t("Torch"), on: { click: shine } });
  const video = make("video", { playsinline: "", "aria-label": t("Picture of the camera") });
  video.muted = true;
  const frame = make("div", { class: "camera-frame", hidden: "" }, video);
  place.classList.add("camera");
  place.append(make("div", { class: "camera-buttons" }, button, torch), frame, says);
  let stream = null, opening = 0;

  function stop(why = "") {
    opening += 1;
    for (const track of stream?.getTracks() || []) track.stop();
    stream = video.srcObject = null;
    frame.hidden = torch.hidden = true;
    label.textContent = words.shut;
    button.setAttribute("aria-expanded", "false");
    torch.setAttribute("aria-pressed", "false");
    says.textContent = why;
  }

  async function open() {
    wake();
    dress();
    const turn = (opening += 1);
    says.textContent = t("One moment…");
    let lent = null;
    try {
      lent = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
      const read = await (await import("./codes.js")).reader();
      if (turn !== opening) return end(lent); // closed meanwhile
      stream = lent;
      await show();
      await look(read, turn);
    } catch (error) {
      end(lent);
      if (turn === opening) stop(t(WRONG[error.name] || (lent ? "The reader of codes could not be loaded. Try again with a network, or type the code." : WRONG.NotReadableError)));
    }
    return undefined;
  }

  async function show() {
    const [track] = stream.getVideoTracks();
    track.onended = () => stop(t(WRONG.NotReadableError));
    torch.hidden = !track.getCapabilities?.().torch;
    video.srcObject = stream;
    frame.hidden = false;
    label.textContent = words.open;
    button.setAttribute("aria-expanded", "true");
    says.textContent = t("Hold the code into the frame.");
    await video.play();
  }

  async function look(read, turn) {
    const seen = new Map(); // when each code was last in sight
    let busy = performance.now();
    while (stream && turn === opening) {
      if (!place.offsetParent || performance.now() - busy > IDLE) return stop();
      const text = await read(video), now = performance.now();
      if (text && turn === opening) {
        const again = now - seen.get(text) < AGAIN;
        busy = now;
        frame.dataset.read = "";
        if (!stays) stop();
        if (!again) await found(text);
        seen.set(text, performance.now());
      } else delete frame.dataset.read;
      await new Promise((next) => setTimeout(next, REST));
    }
    return undefined;
  }

  async function shine() {
    const on = torch.getAttribute("aria-pressed") !== "true";
    await stream.getVideoTracks()[0].applyConstraints({ advanced: [{ torch: on }] });
    torch.setAttribute("aria-pressed", String(on));
  }

  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) stop(); });
  window.addEventListener("pagehide", () => { if (stream) stop(); });
}

const end = (stream) => { for (const track of stream?.getTracks() || []) track.stop(); };

// Its style comes with it, so that a page pays for it when a camera is opened.
function dress() {
  const href = new URL("camera.css", import.meta.url).pathname;
  if (!document.querySelector(`link[href="${href}"]`)) document.head.append(make("link", { rel: "stylesheet", href }));
}
