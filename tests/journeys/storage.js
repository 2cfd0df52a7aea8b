// Every storage of this origin: [[place, base64]]. Text goes as UTF-8, bytes as they are.
async () => {
  const found = [], encoder = new TextEncoder();
  const base64 = (bytes) => { let text = ""; for (const byte of bytes) text += String.fromCharCode(byte); return btoa(text); };
  const put = (place, value) => {
    if (value instanceof ArrayBuffer) found.push([place, base64(new Uint8Array(value))]);
    else if (ArrayBuffer.isView(value)) found.push([place, base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))]);
    else if (Array.isArray(value)) value.forEach((one, n) => put(`${place}[${n}]`, one));
    else if (value && typeof value === "object") for (const [key, one] of Object.entries(value)) put(`${place}.${key}`, one);
    else found.push([place, base64(encoder.encode(String(value)))]);
  };
  const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  for (const { name } of await indexedDB.databases()) {
    const base = await done(indexedDB.open(name));
    for (const store of base.objectStoreNames) {
      const rows = base.transaction(store).objectStore(store);
      const [keys, values] = await Promise.all([done(rows.getAllKeys()), done(rows.getAll())]);
      keys.forEach((key, n) => { put(`IndexedDB ${name}/${store} key`, key); put(`IndexedDB ${name}/${store}/${key}`, values[n]); });
    }
    base.close();
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      put(`Cache ${name}`, request.url);
      put(`Cache ${name} ${request.url}`, await (await cache.match(request)).arrayBuffer());
    }
  }
  for (const [name, storage] of [["localStorage", localStorage], ["sessionStorage", sessionStorage]]) {
    put(name, storage.length);
    for (const key of Object.keys(storage)) put(`${name} ${key}`, key + storage.getItem(key));
  }
  put("cookies", document.cookie);
  put("address", [location.href, document.referrer, JSON.stringify(history.state)]);
  for (const worker of await navigator.serviceWorker.getRegistrations()) put("service worker", [worker.scope, worker.active && worker.active.scriptURL]);
  const walk = async (folder, at) => {
    for await (const [name, one] of folder.entries()) {
      if (one.kind === "directory") await walk(one, `${at}/${name}`);
      else put(`file ${at}/${name}`, await (await one.getFile()).arrayBuffer());
    }
  };
  await walk(await navigator.storage.getDirectory(), "");
  return found;
}
