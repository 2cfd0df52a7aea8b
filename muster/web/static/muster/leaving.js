// Signing out while a page that works without a network holds unsent records: they are shown instead (docs/offline.md).

/** How many records wait in this browser, and the page that holds them. */
async function unsent() {
  const known = indexedDB.databases ? await indexedDB.databases() : [];
  if (!known.some((each) => each.name === "muster")) return { count: 0 };
  const asked = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const held = await asked(indexedDB.open("muster"));
  const stores = held.transaction(["outbox", "plain"]);
  const [count, home] = await Promise.all([asked(stores.objectStore("outbox").count()), asked(stores.objectStore("plain").get("home"))]);
  held.close();
  return { count, home };
}

/** Watch the form that signs out. */
export function start() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!window.indexedDB || new URL(form.action, location.href).pathname !== "/sign-out/") return;
    event.preventDefault();
    const { count, home } = await unsent().catch(() => ({ count: 0 }));
    if (count && home) location.assign(`${home}#unsent`);
    else form.submit();
  });
}
