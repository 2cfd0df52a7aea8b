// Three sounds that differ in pitch and rhythm: taken, look, no. Words and colours say the same. No file: they are made here.
const TONES = { ok: [[880, 0, 0.1]], warn: [[330, 0, 0.18], [330, 0.26, 0.18]], no: [[180, 0, 0.6]] };
let audio;

/** Inside a press, so that sounds may play later by themselves: phones allow none before. */
export function wake() {
  if (!("AudioContext" in window) || navigator.userActivation?.hasBeenActive === false) return;
  audio ||= new AudioContext();
  if (audio.state !== "running") audio.resume().catch(() => {});
}

/** Play one; silence where the browser allows none yet, and where the phone is set to silent. */
export function sound(name) {
  wake();
  for (const [pitch, after, seconds] of audio ? TONES[name] : []) {
    const tone = audio.createOscillator(), begin = audio.currentTime + after;
    tone.frequency.value = pitch;
    tone.connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + seconds);
  }
  if (navigator.vibrate) navigator.vibrate(name === "ok" ? 40 : [120, 80, 120]);
}
