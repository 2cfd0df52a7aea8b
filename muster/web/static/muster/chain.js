// A transmission chain: <figure data-chain="URL" data-contacts-url="URL with __id__">. The JSON of the URL is
// {cases: [{id, number, label, onset_on, classification, area_name, contacts, url, source_state}], links: [{source, target, reason}]}.
// Shapes say what is known of the source: circle linked, diamond imported, square none, hollow triangle unknown.
import { layOut } from "./chain_layout.js";
import { chainTable, FEW, showContacts } from "./chain_table.js";
import { make, t } from "./words.js";

const STATES = {
  linked: { symbol: "circle", word: "Source known", colour: "--info" },
  imported: { symbol: "diamond", word: "Imported from elsewhere", colour: "--warn" },
  none: { symbol: "rect", word: "No human source", colour: "--ok" },
  unknown: { symbol: "triangle", word: "Source unknown", colour: "--late", hollow: true },
};
const LABEL_ROW = 26, BADGE_ROW = 17; // pixels of a row from which names, and contact counts, are drawn

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const stateOf = (each) => STATES[each.source_state] || STATES.unknown;

function tooltip(each) {
  return make("div", {}, make("strong", { text: each.label || each.number }),
    make("div", { text: [each.number, each.classification, each.onset_on].filter(Boolean).join(" · ") }),
    make("div", { text: each.area_name || "" }), make("div", { text: t(stateOf(each).word) }),
    make("div", { text: `${t("Contacts")}: ${each.contacts || 0}` }));
}

function nodeSeries(chain, state, { symbol, hollow, colour }) {
  const ink = token(colour);
  return {
    id: state, type: "scatter", symbol, z: 3, clip: false, cursor: "pointer", animation: false, progressive: 0,
    symbolSize: () => chain.dot, itemStyle: hollow ? { color: token("--surface"), borderColor: ink, borderWidth: 2 } : { color: ink },
    label: { show: false, position: "top", distance: 1, color: token("--ink"), fontSize: 11, formatter: (item) => chain.cases[item.data.i].label || "" },
    emphasis: { scale: 1.4 },
    data: chain.cases.flatMap((each, i) => (stateOf(each) === STATES[state] ? [{ value: [chain.at.x[i], chain.at.y[i]], i }] : [])),
  };
}

function badgeSeries(chain) {
  return {
    id: "badges", type: "scatter", clip: false, symbol: "roundRect", symbolSize: (_, item) => [14 + 6 * String(item.data.count).length, 14], z: 4,
    symbolOffset: [24, 0], cursor: "pointer", animation: false, data: [],
    itemStyle: { color: token("--sunken"), borderColor: token("--edge") },
    label: { show: true, position: "inside", color: token("--ink"), fontSize: 11, formatter: (item) => `+${item.data.count}` },
  };
}

function options(chain) {
  const { at } = chain, ink = token("--soft");
  return {
    animation: false, aria: { enabled: false }, textStyle: { fontFamily: "inherit" },
    grid: { left: 40, right: 96, top: 30, bottom: 12 },
    xAxis: {
      type: "value", position: "top", min: 0, max: Math.max(1, at.generations - 1), minInterval: 1, axisLine: { show: false }, axisTick: { show: false },
      splitLine: { lineStyle: { color: token("--line") } },
      axisLabel: { color: ink, hideOverlap: true, formatter: (value) => (Number.isInteger(value) ? t("Generation {number}", { number: value + 1 }) : "") },
    },
    yAxis: { type: "value", inverse: true, min: -1, max: at.rows, show: false },
    dataZoom: [
      { type: "inside", yAxisIndex: 0, filterMode: "none", minValueSpan: 8 },
      { type: "slider", show: at.rows > FEW, yAxisIndex: 0, filterMode: "none", right: 6, width: 18, minValueSpan: 8, showDetail: false, brushSelect: false, borderColor: token("--line") },
    ],
    tooltip: { trigger: "item", confine: true, formatter: (item) => (item.data && item.data.i !== undefined ? tooltip(chain.cases[item.data.i]) : ""), backgroundColor: token("--surface"), borderColor: token("--edge"), textStyle: { color: token("--ink") } },
    series: [
      { id: "links", type: "lines", coordinateSystem: "cartesian2d", silent: true, z: 1, large: at.edges.length > 1500, progressive: 0, animation: false, lineStyle: { color: token("--edge"), width: 1, opacity: 0.6 },
        data: at.edges.map(([from, to]) => ({ coords: [[at.x[from], at.y[from]], [at.x[to], at.y[to]]] })) },
      ...Object.entries(STATES).map(([name, state]) => nodeSeries(chain, name, state)),
      badgeSeries(chain),
    ],
  };
}

/** Names and counts are drawn only when rows are far enough apart to read them. */
function adapt(chain) {
  const { startValue, endValue } = chain.chart.getOption().dataZoom[0];
  const row = (chain.chart.getHeight() - 42) / Math.max(1, endValue - startValue);
  const seen = row >= BADGE_ROW ? chain.cases.flatMap((each, i) => (each.contacts && chain.at.y[i] >= startValue && chain.at.y[i] <= endValue
    ? [{ value: [chain.at.x[i], chain.at.y[i]], i, count: each.contacts }] : [])) : [];
  chain.dot = Math.max(5, Math.min(14, row * 0.8));
  chain.chart.setOption({ series: [
    ...Object.keys(STATES).map((id) => ({ id, label: { show: row >= LABEL_ROW }, symbolSize: chain.dot })), { id: "badges", data: seen },
  ] }, { lazyUpdate: true });
}

function look(chain, first, last) {
  chain.chart.dispatchAction({ type: "dataZoom", startValue: Math.max(-1, first), endValue: Math.min(chain.at.rows, last) });
}

/** Bring one case into view and mark it. */
function find(chain, text) {
  const wanted = text.trim().toLowerCase();
  const i = wanted ? chain.cases.findIndex((each) => `${each.number} ${each.label}`.toLowerCase().includes(wanted)) : -1;
  if (i < 0) return;
  look(chain, chain.at.y[i] - 8, chain.at.y[i] + 8);
  const state = Object.keys(STATES).find((name) => STATES[name] === stateOf(chain.cases[i]));
  const dataIndex = chain.cases.slice(0, i).filter((each) => stateOf(each) === STATES[state]).length;
  chain.chart.dispatchAction({ type: "showTip", seriesIndex: 1 + Object.keys(STATES).indexOf(state), dataIndex });
}

function legend() {
  const shapes = { circle: ["circle", { cx: 8, cy: 8, r: 6 }], diamond: ["polygon", { points: "8,1 15,8 8,15 1,8" }], rect: ["rect", { x: 2, y: 2, width: 12, height: 12 }], triangle: ["polygon", { points: "8,2 15,14 1,14" }] };
  return make("ul", { class: "legend" }, ...Object.values(STATES).map(({ symbol, word, colour, hollow }) => {
    const [tag, shape] = shapes[symbol];
    const ink = `var(${colour})`;
    const drawn = make(`svg:${tag}`, { ...shape, fill: hollow ? "none" : ink, stroke: ink, "stroke-width": 2 });
    return make("li", {}, make("svg:svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, drawn), t(word));
  }), make("li", {}, make("span", { class: "state state-off", text: "+3" }), ` ${t("Contacts: press to list them")}`));
}

function controls(chain) {
  const button = (text, act) => make("button", { type: "button", class: "btn btn-outline-secondary btn-sm", text: t(text), on: { click: act } });
  const field = make("input", { type: "search", class: "form-control form-control-sm w-auto", size: 26, "aria-label": t("Find a case in the chart"), placeholder: t("Find a case in the chart") });
  field.addEventListener("change", () => find(chain, field.value));
  return make("div", { class: "filters" }, field, button("Whole chain", () => look(chain, -1, chain.at.rows)), button("Closer", () => look(chain, -1, 18)));
}

function draw(chain, box) {
  box.style.height = `${Math.min(Math.max(300, chain.at.rows * 24 + 60), window.innerHeight * 0.75)}px`;
  chain.dot = 10;
  chain.chart = window.echarts.init(box, null, { renderer: "canvas" });
  chain.chart.setOption(options(chain));
  adapt(chain);
  let frame;
  chain.chart.on("datazoom", () => { cancelAnimationFrame(frame); frame = requestAnimationFrame(() => adapt(chain)); });
  chain.chart.on("click", (item) => {
    const each = item.data && chain.cases[item.data.i];
    if (!each) return;
    if (item.seriesId === "badges") showContacts(chain.figure, each);
    else if (each.url) window.location.assign(each.url);
  });
  new ResizeObserver(() => { chain.chart.resize(); adapt(chain); }).observe(box);
  document.addEventListener("muster:theme", () => { chain.chart.setOption(options(chain), { notMerge: true }); adapt(chain); });
}

/** Fetch and draw the chain of a figure; sets data-drawn to the number of cases and data-ms to the time it took. */
export async function open(figure) {
  const began = performance.now();
  const response = await fetch(figure.dataset.chain, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${response.status}`);
  const { cases, links } = await response.json();
  const chain = { figure, cases, at: layOut(cases, links) };
  const contacts = cases.reduce((sum, each) => sum + (each.contacts || 0), 0);
  const summary = make("figcaption", { class: "soft mb-2", text: t("Cases: {count} · links: {links} · contacts: {contacts}", { count: cases.length, links: links.length, contacts }) });
  const box = make("div", { class: "chart", role: "img", "aria-label": `${summary.textContent}. ${t("The table below says the same.")}` });
  figure.replaceChildren(summary, cases.length > FEW ? controls(chain) : "", box, legend(), make("section", { class: "panel", "data-contacts": "", hidden: "" }), chainTable(figure, cases, links));
  draw(chain, box);
  figure.dataset.drawn = String(cases.length);
  figure.dataset.ms = String(Math.round(performance.now() - began));
}

for (const figure of document.querySelectorAll("[data-chain]")) {
  open(figure).catch(() => figure.replaceChildren(make("p", { class: "notice notice-warn", text: t("The chart could not be loaded.") })));
}
