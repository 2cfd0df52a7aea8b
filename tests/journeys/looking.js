({
  // What somebody presses: buttons, and links that stand alone. Links within a sentence are exempt, and what is hidden.
  targets(smallest) {
    const wanted = "button, .btn, summary, select, input:not([type=hidden]), .actions a, .menu a, .duty a, .tally a, .row-link, .row-open";
    return [...document.querySelectorAll(wanted)].flatMap((element) => {
      const boxes = [element, ...(element.labels || [])].map((each) => each.getBoundingClientRect());
      const shown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && boxes[0].width > 1;
      const covers = getComputedStyle(element, "::after").position === "absolute"; // a link that its whole card opens
      if (!shown || covers || element.closest(".leaflet-container, .visually-hidden")) return [];
      const width = Math.max(...boxes.map((box) => box.width)), height = Math.max(...boxes.map((box) => box.height));
      const small = Math.min(width, height) < smallest - 0.5;
      return small ? [`${Math.round(width)}x${Math.round(height)} ${element.outerHTML.slice(0, 120)}`] : [];
    });
  },

  // What makes the page wider than the screen.
  overflow() {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return "";
    const guilty = [...document.querySelectorAll("body *")].filter((each) => each.getBoundingClientRect().right > root.clientWidth + 1);
    return `${root.scrollWidth} px wide: ${guilty.slice(0, 3).map((each) => each.outerHTML.slice(0, 120)).join(" | ")}`;
  },

  // What axe-core finds serious or critical.
  async barriers() {
    const { violations } = await window.axe.run(document, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact))
      .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary.split("\n")[1] || ""})`).join(" | ")}`);
  },

  // Whether every chart and map is drawn.
  drawn() {
    return document.readyState === "complete" && [...document.querySelectorAll("[data-chain], [data-map]")]
      .every((each) => each.dataset.drawn || each.querySelector(".notice, .empty"));
  },
})
