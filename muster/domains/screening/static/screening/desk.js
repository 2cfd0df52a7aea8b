// The desk: a sound for what happened to the last sample. Colour and words say it too.
import { sound } from "../muster/sounds.js";

const notice = document.querySelector("[data-sound]");
if (notice) sound(notice.dataset.sound);
