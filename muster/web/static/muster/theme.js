// Runs before the page is painted: light or dark as chosen, else as the device says. A classic script on purpose.
(function () {
  const root = document.documentElement;
  const device = window.matchMedia("(prefers-color-scheme: dark)");
  const choices = ["device", "light", "dark"];
  root.classList.add("js");

  function chosen() {
    try { return localStorage.getItem("theme") || "device"; } catch (error) { return "device"; }
  }

  function apply() {
    const choice = chosen();
    root.dataset.bsTheme = choice === "device" ? (device.matches ? "dark" : "light") : choice;
    document.dispatchEvent(new CustomEvent("muster:theme"));
  }

  apply();
  if (device.addEventListener) device.addEventListener("change", apply);
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const next = choices[(choices.indexOf(chosen()) + 1) % choices.length];
    try { localStorage.setItem("theme", next); } catch (error) { root.dataset.bsTheme = next; return; }
    apply();
    document.dispatchEvent(new CustomEvent("muster:theme-chosen", { detail: next }));
  });
})();
