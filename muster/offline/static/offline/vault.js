// The device's storage: IndexedDB, in which everything that could name a person lies under AES-GCM. Its key leaves no
// trace that the browser can read back (non-extractable); on the disk it lies wrapped by a key made from the PIN (PBKDF2).
// In the clear: operation ids, addresses without personal data, states, counts, times of wrong PINs, the server's public key.
// Beside each record lies a copy sealed to that key (`out`): the service worker sends it while the PIN is not there, and
// nobody but the server can open it (offline/sealing.py).

const ROUNDS = 600000; // PBKDF2-HMAC-SHA-256, OWASP's figure of 2023: half a second to two on a phone
const LONGEST_LOCK = 3600000, FREE_TRIES = 3;
const encoder = new TextEncoder(), decoder = new TextDecoder();
const crypt = globalThis.crypto;

const asked = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
const ended = (tx) => new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = tx.onerror = () => reject(tx.error || new Error("storage")); });

function opened(name) {
  const request = indexedDB.open(name, 1);
  request.onupgradeneeded = () => {
    const outbox = request.result.createObjectStore("outbox", { keyPath: "n", autoIncrement: true });
    outbox.createIndex("op", "op", { unique: true });
    outbox.createIndex("state", "state");
    request.result.createObjectStore("kept");
    request.result.createObjectStore("plain");
  };
  return asked(request);
}

async function fromSecret(secret, salt, rounds) {
  const base = await crypt.subtle.importKey("raw", encoder.encode(secret.normalize("NFKC")), "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  return crypt.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt", "wrapKey", "unwrapKey"]);
}

async function wrapped(key, secret, rounds) {
  const salt = crypt.getRandomValues(new Uint8Array(16)), iv = crypt.getRandomValues(new Uint8Array(12));
  const data = new Uint8Array(await crypt.subtle.wrapKey("raw", key, await fromSecret(secret, salt, rounds), { name: "AES-GCM", iv }));
  return { salt, iv, rounds, data };
}

/** A fresh pair of keys against the server's (`k1.POINT`): its public point goes with each record, the rest is not kept. */
export async function letters(to) {
  const [name, text] = to.split("."), curve = { name: "ECDH", namedCurve: "P-256" };
  const theirs = await crypt.subtle.importKey("raw", unbase64url(text), curve, false, []);
  const ours = await crypt.subtle.generateKey(curve, false, ["deriveBits"]);
  const point = new Uint8Array(await crypt.subtle.exportKey("raw", ours.publicKey));
  const shared = await crypt.subtle.importKey("raw", await crypt.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256), "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: point, info: encoder.encode("muster sealed record") };
  return { to, name, point, key: await crypt.subtle.deriveKey(how, shared, { name: "AES-GCM", length: 256 }, false, ["encrypt"]) };
}

/** A record as only the server can open it (offline/sealing.py): `k1.` and point, initialisation vector and ciphertext in base64url. */
export async function letter({ name, point, key }, body) {
  const iv = crypt.getRandomValues(new Uint8Array(12));
  const sealed = await crypt.subtle.encrypt({ name: "AES-GCM", iv }, key, encoder.encode(JSON.stringify(body)));
  return `${name}.${base64url([...point, ...iv, ...new Uint8Array(sealed)])}`;
}

/** Bytes as text that a person can read aloud: no 0, 1, I, O; five bits a letter. */
export function spelled(bytes) {
  const letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  return [...bytes].map((byte) => letters[byte & 31]).join("").replace(/(.{4})(?=.)/g, "$1-");
}

export class Vault {
  #db; #key = null; #letters = null;

  /** Open the storage `name`. Throws where the browser has none (private windows of some). */
  static async open(name) {
    const vault = new Vault();
    vault.#db = await opened(name);
    vault.name = name;
    vault.#db.onversionchange = () => vault.#db.close();
    return vault;
  }

  get isOpen() { return this.#key !== null; }

  async plain(key) { return asked(this.#db.transaction("plain").objectStore("plain").get(key)); }

  async setPlain(key, value) { return this.#write(["plain"], (stores) => stores.plain.put(value, key)); }

  async isSet() { return Boolean(await this.plain("wraps")); }

  /** Begin with a new PIN; returns the spare code, shown once, which opens what a forgotten PIN would lock for ever. */
  async begin(pin, rounds = ROUNDS) {
    const key = await crypt.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
    const spare = spelled(crypt.getRandomValues(new Uint8Array(16)));
    const wraps = { pin: await wrapped(key, pin, rounds), spare: await wrapped(key, spare, rounds) };
    await this.#write(["plain"], (stores) => { stores.plain.put(wraps, "wraps"); stores.plain.put({ tries: 0, until: 0 }, "lock"); });
    await this.unlock(pin);
    return spare;
  }

  /** Milliseconds until a PIN may be tried again. */
  async lockedFor() { return Math.max(0, ((await this.plain("lock")) || { until: 0 }).until - Date.now()); }

  /** True when the PIN (or the spare code) was right. Wrong ones cost a growing time, and never any data. */
  async unlock(secret) {
    if (await this.lockedFor()) return false;
    const tries = ((await this.plain("lock")) || { tries: 0 }).tries + 1;
    const delay = tries > FREE_TRIES ? Math.min(LONGEST_LOCK, 5000 * 2 ** (tries - FREE_TRIES)) : 0;
    await this.setPlain("lock", { tries, until: Date.now() + delay }); // before it is tried: a kill spares nobody the wait
    const wraps = await this.plain("wraps");
    const said = secret.trim().toUpperCase();
    for (const [kind, text] of [["pin", secret], ["spare", said]]) {
      const wrap = wraps[kind];
      if (kind === "spare" && said.length < 16) continue;
      try {
        const outer = await fromSecret(text, wrap.salt, wrap.rounds);
        this.#key = await crypt.subtle.unwrapKey("raw", wrap.data, outer, { name: "AES-GCM", iv: wrap.iv }, "AES-GCM", false, ["encrypt", "decrypt"]);
        await this.setPlain("lock", { tries: 0, until: 0 });
        return true;
      } catch (error) { if (error.name !== "OperationError") throw error; }
    }
    return false;
  }

  lock() { this.#key = null; }

  async #seal(value, about) {
    const iv = crypt.getRandomValues(new Uint8Array(12));
    const sealed = await crypt.subtle.encrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(about) }, this.#key, encoder.encode(JSON.stringify(value)));
    return { iv, sealed: new Uint8Array(sealed) };
  }

  async #unseal({ iv, sealed }, about) {
    const bytes = await crypt.subtle.decrypt({ name: "AES-GCM", iv, additionalData: encoder.encode(about) }, this.#key, sealed);
    return JSON.parse(decoder.decode(bytes));
  }

  async #write(names, change) {
    const tx = this.#db.transaction(names, "readwrite", { durability: "strict" });
    change(Object.fromEntries(names.map((name) => [name, tx.objectStore(name)])));
    await ended(tx);
  }

  // -- what is kept for work: settings, lists, the tubes in hand

  async keep(key, value) {
    const row = await this.#seal(value, `kept:${key}`);
    await this.#write(["kept"], (stores) => stores.kept.put(row, key));
  }

  async kept(key) {
    const row = await asked(this.#db.transaction("kept").objectStore("kept").get(key));
    return row && this.#unseal(row, `kept:${key}`);
  }

  async forgetKept() { await this.#write(["kept"], (stores) => stores.kept.clear()); }

  // -- the outbox

  /** Store a record; when this returns, it is on the disk. `beside` is kept in the same transaction ({key: value}). A known `op` is passed over. */
  async append(record, beside = {}) {
    const sealed = await this.#seal(record.body, `outbox:${record.op}`), out = await this.#toServer(record.body);
    const rows = await Promise.all(Object.entries(beside).map(async ([key, value]) => [key, await this.#seal(value, `kept:${key}`)]));
    if (await asked(this.#db.transaction("outbox").objectStore("outbox").index("op").getKey(record.op))) return false;
    await this.#write(["outbox", "kept"], (stores) => {
      stores.outbox.add({ op: record.op, lane: record.lane, after: record.after, state: "waiting", out, ...sealed });
      for (const [key, row] of rows) stores.kept.put(row, key);
    });
    return true;
  }

  /** A copy that only the server can open; undefined before its key is known. One pair of keys serves as long as the page lives. */
  async #toServer(body) {
    const to = await this.plain("seal");
    if (!to) return undefined;
    if (this.#letters?.to !== to) this.#letters = await letters(to);
    return letter(this.#letters, body);
  }

  #states() { return this.#db.transaction("outbox").objectStore("outbox").index("state"); }

  /** What waits, the oldest first, still sealed: thousands are listed at every look, few are read. */
  async waiting() { return asked(this.#states().getAll("waiting")); }

  /** Rows with what they say (`body`), and why they were refused (`why`). */
  async open(rows) {
    return Promise.all(rows.map(async (row) => ({
      op: row.op, lane: row.lane, after: row.after, body: await this.#unseal(row, `outbox:${row.op}`),
      ...(row.why ? { why: await this.#unseal(row.why, `why:${row.op}`) } : {}),
    })));
  }

  async refused() { return this.open(await asked(this.#states().getAll("refused"))); }

  /** How many wait and how many were refused; needs no PIN. */
  async counts() {
    const states = this.#states();
    const [waiting, refused] = await Promise.all([asked(states.count("waiting")), asked(states.count("refused"))]);
    return { waiting, refused };
  }

  async remove(ops) {
    if (!ops.length) return;
    await this.#write(["outbox"], ({ outbox }) => {
      for (const op of ops) outbox.index("op").getKey(op).onsuccess = (event) => { if (event.target.result !== undefined) outbox.delete(event.target.result); };
    });
  }

  async refuse(op, why) {
    const sealed = await this.#seal(why, `why:${op}`);
    await this.#write(["outbox"], ({ outbox }) => {
      outbox.index("op").get(op).onsuccess = (event) => { if (event.target.result) outbox.put({ ...event.target.result, state: "refused", why: sealed }); };
    });
  }

  // -- one sender at a time, where the browser has no locks

  async lease(name, ms) {
    let got = false;
    const owner = (this.owner ||= crypt.randomUUID());
    await this.#write(["plain"], ({ plain }) => {
      plain.get(`lease:${name}`).onsuccess = (event) => {
        const held = event.target.result;
        got = !held || held.owner === owner || held.until < Date.now();
        if (got) plain.put({ owner, until: Date.now() + ms }, `lease:${name}`);
      };
    });
    return got;
  }

  async release(name) { await this.#write(["plain"], ({ plain }) => plain.delete(`lease:${name}`)); }

  // -- handing over, and the end

  /** Everything unsent as a file for another device, under a code of its own that is told to a person, not stored. */
  async handOver() {
    const rows = [...(await this.open(await this.waiting())), ...(await this.refused())].map(({ op, lane, after, body }) => ({ op, lane, after, body }));
    const code = spelled(crypt.getRandomValues(new Uint8Array(12)));
    const salt = crypt.getRandomValues(new Uint8Array(16)), iv = crypt.getRandomValues(new Uint8Array(12));
    const key = await fromSecret(code, salt, ROUNDS);
    const data = new Uint8Array(await crypt.subtle.encrypt({ name: "AES-GCM", iv }, key, encoder.encode(JSON.stringify(rows))));
    const file = { muster: "outbox", version: 1, rounds: ROUNDS, salt: hex(salt), iv: hex(iv), data: hex(data) };
    return { file: JSON.stringify(file), code, count: rows.length, ops: rows.map((row) => row.op) };
  }

  /** Take in another device's file; returns how many records it brought that were not here. Throws for a wrong code. */
  async takeOver(text, code) {
    const file = JSON.parse(text);
    if (file.muster !== "outbox") throw new TypeError("not a file of ours");
    const key = await fromSecret(code.trim().toUpperCase(), unhex(file.salt), file.rounds);
    const bytes = await crypt.subtle.decrypt({ name: "AES-GCM", iv: unhex(file.iv) }, key, unhex(file.data));
    let taken = 0;
    for (const record of JSON.parse(decoder.decode(bytes))) taken += await this.append(record);
    return taken;
  }

  /** Erase lists and key. Refuses while records wait: they could never be read again. */
  async erase() {
    const { waiting, refused } = await this.counts();
    if (waiting + refused) return false;
    await this.#write(["plain", "kept"], (stores) => { stores.plain.clear(); stores.kept.clear(); });
    this.#key = null;
    return true;
  }
}

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => new Uint8Array(text.match(/../g).map((pair) => parseInt(pair, 16)));
const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
const unbase64url = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
