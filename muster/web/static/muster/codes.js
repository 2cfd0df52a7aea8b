// What a picture of the camera says: QR codes (papers, phones) and Code 128 (tubes, boxes). By the browser where it reads
// both; else by `qr` and `bars.js`, which are fetched when a camera is opened and not before.
import { readBars } from "./bars.js";

const FORMATS = ["qr_code", "code_128"];
const LONGEST = 960; // pixels of the longer side of what is looked at

async function browsers() {
  const able = await window.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  return FORMATS.every((each) => able?.includes(each)) ? new window.BarcodeDetector({ formats: FORMATS }) : null;
}

/** A function that tells the text of a code in a video's picture, or null. Rejects where it cannot be fetched. */
export async function reader() {
  const detector = await browsers();
  let own = detector ? null : await ours();
  return async (video) => {
    if (!own) {
      try { return (await detector.detect(video))[0]?.rawValue ?? null; } catch (error) { own = await ours(); } // it says that it can, and cannot
    }
    return own(video);
  };
}

async function ours() {
  const { default: decodeQR } = await import("../vendor/qr/decode.js");
  const canvas = document.createElement("canvas"), drawn = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
    [canvas.width, canvas.height] = [Math.round(video.videoWidth * scale), Math.round(video.videoHeight * scale)];
    if (!canvas.width || !canvas.height) return null;
    drawn.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = drawn.getImageData(0, 0, canvas.width, canvas.height);
    try { return decodeQR(picture); } catch (error) { return readBars(picture); } // no QR code in it
  };
}
