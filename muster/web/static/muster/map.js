// A map of areas and their gaps: <div class="map" data-map="URL">. No tiles: the JSON is a GeoJSON FeatureCollection whose
// features carry {code, name, open, late, url}, and `text` where "open" is not the word; a `message` says why there are
// none. A Point stands for an area without a boundary. Colour, pattern and the number on each area say the same thing; a
// table of the same rows belongs beside the map.
import { make, t } from "./words.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const kind = ({ open, late }) => (late ? "late" : open ? "open" : "clear");
const COLOURS = { late: "--late", open: "--warn", clear: "--ok" };

function style(properties) {
  const which = kind(properties);
  return { color: token(COLOURS[which]), weight: which === "late" ? 2.5 : 1.5, fillColor: `url(#map-${which})`, fillOpacity: 1 };
}

/** Late areas are hatched, open ones dotted, clear ones plain. */
function patterns() {
  const marks = {
    late: make("svg:path", { d: "M0 8L8 0M-2 2L2 -2M6 10L10 6", "stroke-width": 2 }),
    open: make("svg:circle", { cx: 4, cy: 4, r: 1.2, "stroke-width": 0 }),
    clear: make("svg:path", { d: "" }),
  };
  return make("svg:defs", {}, ...Object.entries(marks).map(([which, mark]) => {
    const ink = token(COLOURS[which]);
    mark.setAttribute("stroke", ink);
    mark.setAttribute("fill", which === "open" ? ink : "none");
    const ground = make("svg:rect", { width: 8, height: 8, fill: token(`${COLOURS[which]}-tint`) });
    return make("svg:pattern", { id: `map-${which}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, ground, mark);
  }));
}

function describe({ name, open, late, text }) {
  if (text) return `${name}: ${text}`;
  return `${name}: ${open ? t("{open} open, {late} late", { open, late }) : t("nothing open")}`;
}

function label(properties) {
  const sign = properties.late ? "⚠ " : properties.open ? "" : "✓ ";
  return make("span", {}, make("span", { class: "map-name", text: `${properties.name} ` }), `${sign}${properties.open || ""}`);
}

/** Where an area is too small on the screen for its name, only its number is shown. */
function fitLabels(map, layer) {
  layer.eachLayer((each) => {
    const name = each.getTooltip().getContent().querySelector(".map-name");
    const bounds = each.getBounds ? each.getBounds() : null;
    const width = bounds ? map.latLngToLayerPoint(bounds.getNorthEast()).x - map.latLngToLayerPoint(bounds.getSouthWest()).x : 0;
    name.hidden = width < 16 * each.feature.properties.name.length;
    each.getTooltip().update();
  });
}

function equip(feature, layer) {
  const { properties } = feature;
  const follow = () => { if (properties.url) window.location.assign(properties.url); };
  layer.bindTooltip(label(properties), { permanent: true, direction: "center", className: "map-label" });
  layer.on("click", follow);
  layer.on("add", () => {
    const path = layer.getElement();
    if (!path) return;
    path.setAttribute("tabindex", "0");
    path.setAttribute("role", "link");
    path.setAttribute("aria-label", describe(properties));
    path.addEventListener("keydown", (event) => { if (event.key === "Enter") follow(); });
  });
}

function draw(box, collection) {
  const L = window.L;
  const map = L.map(box, { zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: t("Zoom in"), zoomOutTitle: t("Zoom out") }).addTo(map);
  const pointToLayer = (feature, at) => L.circleMarker(at, { radius: 12 });
  const layer = L.geoJSON(collection, { style: (feature) => style(feature.properties), pointToLayer, onEachFeature: equip });
  map.fitBounds(layer.getBounds().pad(0.05));
  layer.addTo(map);
  box.querySelector(".leaflet-overlay-pane svg").prepend(patterns());
  map.on("zoomend", () => fitLabels(map, layer));
  fitLabels(map, layer);
  return map;
}

async function areas(url) {
  const response = await fetch(url, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(String(response.status));
  const collection = await response.json();
  collection.features = collection.features.filter((feature) => feature.geometry);
  return collection;
}

/** Fetch and draw the areas of a box; sets data-drawn to their number. Draws anew on the body's event data-map-on names. */
export async function open(box) {
  let collection = await areas(box.dataset.map);
  if (!collection.features.length) {
    box.replaceChildren(make("p", { class: "empty", text: collection.message || t("No boundaries are known for these areas; use the table.") }));
    return;
  }
  let map = draw(box, collection);
  box.dataset.drawn = String(collection.features.length);
  const again = () => { map.remove(); map = draw(box, collection); };
  document.addEventListener("muster:theme", again);
  if (box.dataset.mapOn) document.body.addEventListener(box.dataset.mapOn, async () => { collection = await areas(box.dataset.map); again(); });
}

for (const box of document.querySelectorAll("[data-map]")) {
  open(box).catch(() => box.replaceChildren(make("p", { class: "notice notice-warn", text: t("The map could not be loaded.") })));
}
