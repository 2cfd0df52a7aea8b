/* A screen at an entrance: a new code each half minute; without a connection none, rather than one that fails. */
"use strict";
setInterval(async () => {
  const box = document.querySelector(".qr-box");
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const fresh = page.querySelector(".qr-box");
    if (!fresh) location.reload();
    else { box.replaceChildren(...fresh.childNodes); box.hidden = false; }
  } catch { box.hidden = true; }
  document.getElementById("lost").hidden = !box.hidden;
}, 30000);
