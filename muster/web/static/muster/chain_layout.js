// Where each case of a transmission chain stands: generations from left to right, each source level with the middle of
// those it infected. One pass down and one up, O(cases + links); no recursion, so depth does not matter.

/** Children of each case by its first known source; a link that would close a circle is drawn but does not place. */
function forest(cases, links) {
  const index = new Map(cases.map((each, i) => [each.id, i]));
  const parent = new Int32Array(cases.length).fill(-1);
  const edges = [];
  for (const link of links) {
    const from = index.get(link.source), to = index.get(link.target);
    if (from === undefined || to === undefined || from === to) continue;
    edges.push([from, to]);
    if (parent[to] < 0) parent[to] = from;
  }
  cutCircles(parent);
  const children = cases.map(() => []);
  parent.forEach((from, to) => { if (from >= 0) children[from].push(to); });
  return { parent, children, edges };
}

/** Make the first case of every circle a root. */
function cutCircles(parent) {
  const state = new Uint8Array(parent.length); // 0 not seen, 1 on the present path, 2 leads to a root
  for (let start = 0; start < parent.length; start++) {
    const path = [];
    let at = start;
    while (at >= 0 && state[at] === 0) { state[at] = 1; path.push(at); at = parent[at]; }
    if (at >= 0 && state[at] === 1) parent[at] = -1;
    for (const each of path) state[each] = 2;
  }
}

/** Sources before those they infected. */
function fromTop(roots, children) {
  const order = [...roots];
  for (let i = 0; i < order.length; i++) for (const child of children[order[i]]) order.push(child);
  return order;
}

/**
 * Lay a chain out. Returns x (generation) and y (row, fractional) by case, the edges as pairs of positions in `cases`,
 * the number of rows and of generations. The largest outbreak comes first, children by onset.
 */
export function layOut(cases, links) {
  const { parent, children, edges } = forest(cases, links);
  const onset = (i) => cases[i].onset_on || "9999";
  const roots = cases.map((_, i) => i).filter((i) => parent[i] < 0);
  const order = fromTop(roots, children);
  const size = new Int32Array(cases.length).fill(1);
  for (let i = order.length - 1; i >= 0; i--) if (parent[order[i]] >= 0) size[parent[order[i]]] += size[order[i]];
  roots.sort((a, b) => size[b] - size[a] || (onset(a) < onset(b) ? -1 : 1));
  for (const list of children) list.sort((a, b) => (onset(a) < onset(b) ? -1 : onset(a) > onset(b) ? 1 : a - b));

  const x = new Float64Array(cases.length), y = new Float64Array(cases.length);
  let rows = 0, generations = 1;
  const stack = roots.slice().reverse();
  const left = []; // in the order in which they are left on the way down; read backwards it is sources last
  while (stack.length) {
    const at = stack.pop();
    left.push(at);
    x[at] = parent[at] < 0 ? 0 : x[parent[at]] + 1;
    generations = Math.max(generations, x[at] + 1);
    if (!children[at].length) y[at] = rows++;
    for (let i = children[at].length - 1; i >= 0; i--) stack.push(children[at][i]);
  }
  for (let i = left.length - 1; i >= 0; i--) {
    const own = children[left[i]];
    if (own.length) y[left[i]] = (y[own[0]] + y[own[own.length - 1]]) / 2;
  }
  return { x, y, edges, rows, generations };
}
