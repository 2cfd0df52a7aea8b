// How a batch goes out, from the page and from its service worker, and that only one of them sends. Imports nothing: the
// worker has this text in its own.

/** Run `work` unless another tab does; without Web Locks a lease in the store stands in. */
export async function alone(name, store, work) {
  if (navigator.locks) {
    return navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? work() : undefined));
  }
  if (!(await store.lease(name, 30000))) return undefined;
  try { return await work(); } finally { await store.release(name); }
}

/** Post a batch as the registration API takes it. Throws where nothing came back. */
export async function post(lane, records, key, token) {
  const reply = await fetch(lane, {
    method: "POST", redirect: "manual", credentials: "same-origin", cache: "no-store",
    headers: { "Content-Type": "application/json", "Idempotency-Key": key, "X-CSRFToken": token || "" },
    body: JSON.stringify(records), signal: AbortSignal.timeout(60000),
  });
  if (reply.type === "opaqueredirect" || reply.status === 401) return { status: "signed_out" };
  const json = (reply.headers.get("Content-Type") || "").startsWith("application/json");
  if (json && [200, 207, 422].includes(reply.status)) return { status: reply.status, answer: await reply.json() };
  return { status: reply.status, wait: Number(reply.headers.get("Retry-After")) || 0 };
}
