// The pictures that come in on stdin (a line of JSON: name, width, height; then its grey bytes), read by the camera's own modules.
import { readFileSync } from "node:fs";

const FOLDER = new URL("../../muster/web/static/", import.meta.url);
const module = (text) => "data:text/javascript;base64," + Buffer.from(text).toString("base64");
const source = (name) => readFileSync(new URL(name, FOLDER), "utf-8");
const index = module(source("vendor/qr/index.js"));
const { default: decodeQR } = await import(module(source("vendor/qr/decode.js").replaceAll("./index.js", index)));
const { readBars } = await import(module(source("muster/bars.js")));

const given = readFileSync(0), said = {};
for (let at = 0; at < given.length; ) {
  const end = given.indexOf(10, at), { name, width, height } = JSON.parse(given.subarray(at, end));
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  for (let dot = 0; dot < width * height; dot += 1) data.fill(given[end + 1 + dot], 4 * dot, 4 * dot + 3);
  at = end + 1 + width * height;
  const begun = performance.now();
  let text;
  try { text = decodeQR({ data, width, height }); } catch (error) { text = readBars({ data, width, height }); }
  said[name] = [text, performance.now() - begun];
}
process.stdout.write(JSON.stringify(said));
