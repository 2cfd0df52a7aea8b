/* Checks a signed status or certificate without asking anybody: Ed25519 (RFC 8032) over SHA-512 (FIPS 180-4), in plain ES2020.
   It verifies only, and only what is public, so nothing here has to run in constant time. */
"use strict";
(() => {
  const P = 2n ** 255n - 19n;
  const L = 2n ** 252n + 27742317777372353535851937790883648493n;
  const MASK = 2n ** 64n - 1n;
  const mod = (a, m = P) => ((a % m) + m) % m;
  const power = (base, exponent) => {
    let result = 1n;
    for (let b = mod(base), e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
    return result;
  };
  const inverse = (a) => power(a, P - 2n);
  const D = mod(-121665n * inverse(121666n));
  const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

  const little = (bytes) => bytes.reduceRight((number, byte) => (number << 8n) | BigInt(byte), 0n);

  function point(bytes) {
    const sign = bytes[31] >> 7;
    const y = little(bytes) & (2n ** 255n - 1n);
    if (y >= P) return null;
    const u = mod(y * y - 1n), v = mod(D * y * y + 1n);
    let x = mod(u * v ** 3n * power(u * v ** 7n, (P - 5n) / 8n));
    if (mod(v * x * x) !== u) x = mod(x * ROOT_OF_MINUS_ONE);
    if (mod(v * x * x) !== u || (x === 0n && sign)) return null;
    if (Number(x & 1n) !== sign) x = P - x;
    return [x, y, 1n, mod(x * y)];
  }

  function sum([x1, y1, z1, t1], [x2, y2, z2, t2]) {
    const a = mod((y1 - x1) * (y2 - x2)), b = mod((y1 + x1) * (y2 + x2));
    const c = mod(2n * D * t1 * t2), d = mod(2n * z1 * z2);
    const e = b - a, f = d - c, g = d + c, h = b + a;
    return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
  }

  function times(scalar, base) {
    let result = [0n, 1n, 1n, 0n];
    for (let s = scalar, q = base; s > 0n; s >>= 1n, q = sum(q, q)) if (s & 1n) result = sum(result, q);
    return result;
  }

  const same = (p, q) => mod(p[0] * q[2] - q[0] * p[2]) === 0n && mod(p[1] * q[2] - q[1] * p[2]) === 0n;
  const BASE_Y = mod(4n * inverse(5n));
  const BASE = point(Array.from({ length: 32 }, (_, i) => Number((BASE_Y >> BigInt(8 * i)) & 255n)));

  /* The constants of SHA-512 are the fractions of roots of primes; made here rather than copied. */
  function root(n, degree) {
    let low = 0n, high = 1n << 100n;
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** degree <= n) low = middle; else high = middle - 1n;
    }
    return low;
  }
  const primes = [];
  for (let n = 2; primes.length < 80; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const K = primes.map((prime) => root(BigInt(prime) << 192n, 3n) & MASK);
  const START = primes.slice(0, 8).map((prime) => root(BigInt(prime) << 128n, 2n) & MASK);
  const turn = (x, n) => ((x >> n) | (x << (64n - n))) & MASK;

  function sha512(bytes) {
    const length = Math.ceil((bytes.length + 17) / 128) * 128;
    const padded = new Uint8Array(length);
    padded.set(bytes);
    padded[bytes.length] = 128;
    new DataView(padded.buffer).setBigUint64(length - 8, BigInt(bytes.length * 8));
    const view = new DataView(padded.buffer);
    let state = START;
    for (let block = 0; block < length; block += 128) {
      const w = Array.from({ length: 16 }, (_, i) => view.getBigUint64(block + 8 * i));
      for (let i = 16; i < 80; i += 1) {
        const one = turn(w[i - 15], 1n) ^ turn(w[i - 15], 8n) ^ (w[i - 15] >> 7n);
        const two = turn(w[i - 2], 19n) ^ turn(w[i - 2], 61n) ^ (w[i - 2] >> 6n);
        w.push((w[i - 16] + one + w[i - 7] + two) & MASK);
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i += 1) {
        const first = h + (turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + K[i] + w[i];
        const second = (turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c));
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) & MASK, c, b, a, (first + second) & MASK];
      }
      state = [a, b, c, d, e, f, g, h].map((value, i) => (value + state[i]) & MASK);
    }
    const out = new DataView(new ArrayBuffer(64));
    state.forEach((value, i) => out.setBigUint64(8 * i, value));
    return new Uint8Array(out.buffer);
  }

  function signed(key, message, signature) {
    const a = point(key), r = point(signature.slice(0, 32)), s = little(signature.slice(32));
    if (!a || !r || s >= L) return false;
    const h = mod(little(sha512(Uint8Array.from([...signature.slice(0, 32), ...key, ...message]))), L);
    return same(times(s, BASE), sum(r, times(h, a)));
  }

  function bytesOf(text) {
    let raw = "";
    try { raw = atob(text.replace(/-/g, "+").replace(/_/g, "/")); } catch { return null; }
    const canonical = btoa(raw).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    return canonical === text ? Array.from(raw, (letter) => letter.charCodeAt(0)) : null;
  }

  /* {word, label, made, ends} of a status or a certificate, or null; keys: {number: 64 hexadecimal digits}; now in seconds. */
  function readProof(text, keys, now) {
    const bytes = bytesOf(text.trim().replace(/\/+$/, "").split("/").pop());
    if (!bytes || bytes.length < 76 || ![67, 83, 87].includes(bytes[0])) return null;
    const hex = keys[bytes[1] * 256 + bytes[2]];
    if (!/^[0-9a-f]{64}$/.test(hex || "")) return null;
    const key = hex.match(/../g).map((pair) => parseInt(pair, 16));
    if (!signed(key, bytes.slice(0, -64), bytes.slice(-64))) return null;
    const view = new DataView(Uint8Array.from(bytes).buffer);
    const rest = (from) => new TextDecoder().decode(Uint8Array.from(bytes.slice(from, -64)));
    if (bytes[0] === 67) {
      const found = ["negative", "positive"][bytes[3]], [sampled, , over] = [4, 8, 12].map((at) => view.getUint32(at));
      if (!found || now < sampled || now > over) return null;
      const [disease, label] = rest(16).split("\n");
      return { word: found, made: sampled, ends: over, label: `${label} · ${disease} · ${new Date(sampled * 1000).toLocaleString()}` };
    }
    if (bytes[0] === 87) {
      const [made, over] = [3, 7].map((at) => view.getUint32(at)), [reference, , label] = rest(11).split("\n");
      return now < made - 60 || now > over ? null : { word: "work", made, ends: over, label: `${label} · ${reference}` };
    }
    const word = ["enter", "test", "stay"][bytes[3]], made = view.getUint32(4), ends = view.getUint32(8);
    if (!word || now < made - 60 || now > ends) return null;
    return { word, made, ends, label: rest(12) };
  }

  const form = document.getElementById("check");
  const answer = document.getElementById("answer");
  const known = JSON.parse(document.getElementById("keys").textContent);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const typed = form.elements.key.value.replace(/\s/g, "").toLowerCase();
    const keys = typed ? new Proxy({}, { get: () => typed }) : known;
    const found = readProof(form.elements.proof.value, keys, Date.now() / 1000);
    answer.className = `done status-${found ? { negative: "enter", positive: "stay", work: "enter" }[found.word] || found.word : "bad"}`;
    answer.querySelector("[data-word]").textContent = answer.dataset[found ? found.word : "bad"];
    answer.querySelector("[data-label]").textContent = found ? found.label : "";
    const until = found && new Date(found.ends * 1000).toLocaleString([], { dateStyle: "short", timeStyle: "short" });
    answer.querySelector("[data-until]").textContent = found ? `${answer.dataset.until} ${until}` : answer.dataset.again;
    answer.hidden = false;
    form.elements.proof.select();
  });
})();
