// The service worker of an installable page. KIT stands above: {name, path, version, files, shells}. It keeps the page and
// its files, never an answer that could hold personal data, and nothing that was recorded: that is the page's database,
// of which it may send what was sealed to the server. `outbox.js` and `posting.js` stand above too (applications.py).
const CACHE = `kit ${KIT.name} ${KIT.version}`;
const FILES = new Set(KIT.files);

async function fetched(address) {
  const reply = await fetch(new Request(address, { cache: "reload", credentials: "same-origin" }));
  if (!reply.ok || reply.redirected) throw new Error(`${address}: ${reply.status}`); // signed out: the old version stays
  return reply;
}

async function install() {
  const wanted = [...KIT.files, ...Object.values(KIT.shells)];
  const replies = await Promise.all(wanted.map(fetched)); // all or nothing
  const cache = await caches.open(CACHE);
  await Promise.all(wanted.map((address, n) => cache.put(address, replies[n])));
  await self.skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(`kit ${KIT.name} `) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(address, request) {
  return (await (await caches.open(CACHE)).match(address)) || fetch(request);
}

async function shell(asked, request) {
  const last = await (await caches.match("/language"))?.text();
  return kept(KIT.shells[asked] || KIT.shells[last] || Object.values(KIT.shells)[0], request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === KIT.path) {
    event.respondWith(shell(address.searchParams.get("in"), event.request));
  } else if (FILES.has(address.pathname)) event.respondWith(kept(address.pathname, event.request));
});
self.addEventListener("sync", (event) => { if (event.tag === "muster-outbox") event.waitUntil(sendAlone()); });

// -- sending while no page is open, or none in which the PIN was typed: the copies that were sealed to the server

/** Wakes an open page, which knows more; else sends. Throws where the browser should try again later. */
async function sendAlone() {
  let page = true;
  if (navigator.locks) await navigator.locks.request("muster-open", { ifAvailable: true }, (free) => { page = !free; });
  if (!page) await alone("muster-outbox", null, sendSealed);
  for (const one of await self.clients.matchAll()) one.postMessage("sync");
}

async function sendSealed() {
  const store = await sealedStore();
  try {
    if (!(await store.waiting()).length) return;
    const said = await (await fetch("/standing/", { cache: "no-store", credentials: "same-origin" })).json();
    if (said.standing !== "post" || said.post !== (await store.plain("post"))) return; // a person decides, on the page
    const outbox = new Outbox({ store, uuid: () => crypto.randomUUID(), post: (lane, rows, key) => post(lane, rows, key, said.token) });
    const { state } = await outbox.flush();
    if (state === "offline" || state === "busy") throw new Error(state);
  } finally { store.close(); }
}

/** The outbox without its key: bodies are the sealed copies. What the server refuses stays, for the page to show. */
async function sealedStore() {
  const asked = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const opening = indexedDB.open("muster"), left = new Set();
  opening.onupgradeneeded = () => opening.transaction.abort(); // there is none: nothing to send, and none is made
  const db = await asked(opening);
  const read = (name) => db.transaction(name).objectStore(name);
  return {
    async waiting() {
      const rows = (await asked(read("outbox").index("state").getAll("waiting"))).filter((row) => !left.has(row.op));
      const bare = rows.findIndex((row) => !row.out); // recorded before the server's key was known: what follows waits with it
      return bare < 0 ? rows : rows.slice(0, bare);
    },
    open: async (rows) => rows.map((row) => ({ op: row.op, body: { op: row.op, sealed: row.out } })),
    refuse: async (op) => { left.add(op); },
    async remove(ops) {
      const tx = db.transaction("outbox", "readwrite", { durability: "strict" }), rows = tx.objectStore("outbox");
      for (const op of ops) rows.index("op").getKey(op).onsuccess = ({ target }) => { if (target.result !== undefined) rows.delete(target.result); };
      await new Promise((resolve, reject) => { tx.oncomplete = resolve; tx.onabort = () => reject(tx.error); });
    },
    plain: (key) => asked(read("plain").get(key)),
    close: () => db.close(),
  };
}
