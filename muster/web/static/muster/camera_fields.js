// The camera beside every field that takes a code (`data-camera`): what it reads is put in, and the form is sent; where the
// attribute says `fill`, it is only put in.
import { offer } from "./camera.js";
import { sound } from "./sounds.js";
import { make } from "./words.js";

for (const field of document.querySelectorAll("input[data-camera]")) {
  const place = make("div");
  (field.closest(".row-field") || field.parentNode).append(place);
  offer(place, (text) => {
    sound("ok");
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.dataset.camera === "fill") field.focus(); else field.form.requestSubmit();
  });
}
