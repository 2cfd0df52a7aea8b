// The service worker of an installable page. KIT stands above: {name, path, version, files, shells}. It keeps the page and
// its files, never an answer that could hold personal data, and nothing that was recorded: that is the page's database.
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
self.addEventListener("sync", (event) => event.waitUntil(self.clients.matchAll().then((all) => all.forEach((one) => one.postMessage("sync")))));
