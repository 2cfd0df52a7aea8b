// The desk: a sound for what happened to the last sample, high for taken, low for "look". Colour and words say it too.

const notice = document.querySelector("[data-sound]");

function sound(pitch, seconds) {
  const audio = new AudioContext();
  const tone = audio.createOscillator();
  tone.frequency.value = pitch;
  tone.connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + seconds);
  tone.onended = () => audio.close();
}

if (notice && "AudioContext" in window && navigator.userActivation?.hasBeenActive !== false) {
  if (notice.dataset.sound === "ok") sound(880, 0.12);
  else sound(220, 0.5);
}
