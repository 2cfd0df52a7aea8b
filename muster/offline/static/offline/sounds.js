// Three sounds that differ in pitch and rhythm: taken, look, no. Words and colours say the same.
const TONES = { ok: [[880, 0, 0.1]], warn: [[330, 0, 0.18], [330, 0.26, 0.18]], no: [[180, 0, 0.6]] };
let audio;

/** Play one; silence where the browser allows none yet. */
export function sound(name) {
  if (!("AudioContext" in window) || navigator.userActivation?.hasBeenActive === false) return;
  audio ||= new AudioContext();
  for (const [pitch, after, seconds] of TONES[name]) {
    const tone = audio.createOscillator(), begin = audio.currentTime + after;
    tone.frequency.value = pitch;
    tone.connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + seconds);
  }
  if (navigator.vibrate) navigator.vibrate(name === "ok" ? 40 : [120, 80, 120]);
}
