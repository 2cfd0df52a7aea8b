// Codes read by the camera, where the browser can (BarcodeDetector); elsewhere the button is not shown.

/** Make a button that opens the camera until a code is read, or it is pressed again. */
export function scan(button, view, found) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) return;
  button.hidden = false;
  const detector = new window.BarcodeDetector();
  let stream = null;

  function stop() {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    view.hidden = true;
  }

  async function look() {
    if (!stream) return;
    const codes = await detector.detect(view).catch(() => []);
    if (codes.length) { stop(); found(codes[0].rawValue); } else requestAnimationFrame(look);
  }

  button.onclick = async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch (error) {
      button.hidden = true; // not allowed: the field stays
      return undefined;
    }
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    return look();
  };
}
