// The tubes in hand, as this phone knows them. No storage here: what it returns is kept with the record, in one transaction.

export const UNDO = 60000;
export const HOUSEHOLD_MOST = 20;

/** A tube that begins here, or goes on from what the server or another shift put into it. */
export function begin(tubes, code, { capacity, household, round, served }) {
  const size = household ? HOUSEHOLD_MOST : capacity;
  return tubes[code] || { code, round, capacity: served?.capacity || size, household: Boolean(household), before: served?.members || 0, members: [], sealed: false };
}

/** How many samples the phone knows in it. */
export const inside = (tube) => tube.before + tube.members.length;

/** Put a sample in (`at` by this phone, `said` as the record tells it); returns the tube as it will be, and what the record says of its place. */
export function put(tube, { op, who, key, at, said }) {
  const base = inside(tube);
  return { tube: { ...tube, members: [...tube.members, { op, who, key, at, said, position: base + 1 }] }, base, position: base + 1 };
}

/** The last sample, while it may be taken back; `ms` is what is left of the minute. */
export function last(tube, now) {
  const member = tube && !tube.sealed ? tube.members.at(-1) : null;
  const ms = member ? UNDO - (now - member.at) : 0;
  return ms > 0 ? { member, ms } : null;
}

/** Take the last one out. */
export const takeBack = (tube) => ({ ...tube, members: tube.members.slice(0, -1) });

/** Closed. */
export const seal = (tube, count) => ({ ...tube, sealed: true, count });

/** Tubes older than this shift need not be carried along; open ones are. */
export function trim(tubes, most = 200) {
  const all = Object.values(tubes), open = all.filter((tube) => !tube.sealed);
  return Object.fromEntries([...open, ...all.filter((tube) => tube.sealed).slice(-most)].map((tube) => [tube.code, tube]));
}

/** What the server says of tubes of which nothing waits any more: its count is the true one. */
export function agree(tubes, served, waiting) {
  const next = { ...tubes };
  for (const [code, { members }] of Object.entries(served)) {
    const tube = next[code];
    if (tube && !tube.sealed && !waiting.has(code) && members !== inside(tube)) next[code] = { ...tube, before: members - tube.members.length };
  }
  return next;
}
