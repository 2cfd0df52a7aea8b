// Reads Code 128 (ISO/IEC 15417), the bars on tubes and boxes, in a picture of a camera: lines across it and down it are
// looked at one by one, both ways. Two lines have to say the same, beside the check that the code has in itself.

// The widths of three bars and three spaces of each value, in modules; 103 to 105 begin a code, 106 (and a last bar of 2) ends it.
const WIDTHS = (
  "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221223211221132221231" +
  "213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321112313132113132311211313231113231311" +
  "112133112331132131113123113321133121313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111" +
  "111224111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111111242121142121241114212" +
  "124112124211411212421112421211212141214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214" +
  "211232233111"
).match(/.{6}/g).map((each) => [...each].map(Number));
const STARTS = { 103: "A", 104: "B", 105: "C" };
const [STOP, MODULES, LINES, FAINT] = [106, 11, 24, 8]; // FAINT: grey levels between light and dark below which there is nothing
const SLANTS = [0, 0.2, -0.2]; // of the lines, as nobody holds a phone straight
const OFF = 0.7; // modules by which the edges of one value may be wrong together, squared and summed

/** Where light turns to dark and back along a line, in fractions of pixels: half way between what is locally lightest and darkest. */
function edges(line) {
  let [low, high] = [255, 0];
  for (const each of line) { if (each < low) low = each; if (each > high) high = each; }
  const least = Math.max(FAINT, (high - low) / 8), found = [];
  let [before, top, at, rising] = [0, line[0], 0, false]; // the extreme before, and the one that is being looked for
  for (let now = 1; now < line.length; now += 1) {
    const each = line[now];
    if (rising ? each > top : each < top) [top, at] = [each, now];
    else if (Math.abs(each - top) > least) {
      if (at > before && (found.length || !rising)) found.push(crossing(line, before, at));
      [before, top, at, rising] = [at, each, now, !rising];
    }
  }
  if (found.length) found.push(crossing(line, before, at));
  return found;
}

function crossing(line, from, to) {
  const half = (line[from] + line[to]) / 2, down = line[from] > line[to];
  let at = from + 1;
  while (at < to && (down ? line[at] > half : line[at] < half)) at += 1;
  return at - (half - line[at]) / (line[at - 1] - line[at] || 1);
}

/** The value of six stretches. What a bar gains by blur its neighbours lose: so the distances of like edges are compared first. */
function value(marks, at, from = 0, to = STOP) {
  const unit = (marks[at + 6] - marks[at]) / MODULES;
  let best = -1, least = OFF;
  for (let each = from; each <= to; each += 1) {
    const pattern = WIDTHS[each];
    let off = 0;
    for (let n = 0; n < 6 && off < least; n += 1) {
      const alone = (marks[at + n + 1] - marks[at + n]) / unit - pattern[n];
      off += 0.25 * alone * alone;
      if (n < 5) { const pair = (marks[at + n + 2] - marks[at + n]) / unit - pattern[n] - pattern[n + 1]; off += pair * pair; }
    }
    if (off < least) [best, least] = [each, off];
  }
  return best;
}

/** The values of a code that begins at an edge, both checks done; null where there is none. */
function values(marks, at) {
  const start = value(marks, at, 103, 105);
  if (start < 0) return null;
  const wide = marks[at + 6] - marks[at];
  if (at && marks[at] - marks[at - 1] < wide / 3) return null; // nothing light before it
  const found = [start];
  for (let next = at + 6; next + 7 < marks.length + 1; next += 6) {
    const width = marks[next + 6] - marks[next];
    if (!(Math.abs(width - wide) < wide / 4)) return null;
    const one = value(marks, next);
    if (one === STOP) {
      const check = found.pop();
      const sum = found.reduce((total, each, place) => total + each * Math.max(1, place), 0);
      return found.length > 1 && sum % 103 === check ? found : null;
    }
    if (one < 0 || one > 102) return null;
    found.push(one);
  }
  return null;
}

/** The text of the values; null where they say something else (other functions of the symbology). */
function text([start, ...rest]) {
  let set = STARTS[start], once = "", said = "";
  for (const one of rest) {
    const now = once || set;
    once = "";
    if (now === "C" && one < 100) said += String(one).padStart(2, "0");
    else if (one === 102 || (now !== "C" && (one === 96 || one === 97))) continue; // a mark for machines
    else if (one === 99) set = "C";
    else if (one === 100 && now !== "B") set = "B";
    else if (one === 101 && now !== "A") set = "A";
    else if (one === 98) once = now === "A" ? "B" : "A";
    else if (one < 96) said += String.fromCharCode(now === "A" && one > 63 ? one - 64 : one + 32);
    else return null;
  }
  return said;
}

/** What one line says, read one way. */
function along(line) {
  const marks = edges(line);
  for (let at = 0; at + 19 < marks.length; at += 2) {
    const found = values(marks, at);
    if (found) return text(found);
  }
  return null;
}

/** The text of a Code 128 in a picture as a canvas gives it, or null. */
export function readBars({ data, width, height }) {
  const heard = new Map();
  for (const [long, broad, step, row] of [[width, height, 4, 4 * width], [height, width, 4 * width, 4]]) {
    for (const slant of SLANTS) {
      for (let line = 1; line <= LINES; line += 1) {
        const middle = (line * broad) / (LINES + 1), light = new Float32Array(long);
        for (let at = 0; at < long; at += 1) {
          const across = Math.round(middle + slant * (at - long / 2));
          for (let side = -2; side <= 2; side += 1) light[at] += data[Math.min(broad - 1, Math.max(0, across + side)) * row + at * step + 1] / 5;
        }
        const said = along(light) || along(light.reverse());
        if (!said) continue;
        heard.set(said, (heard.get(said) || 0) + 1);
        if (heard.get(said) === 2) return said;
      }
    }
  }
  return null;
}
