// Is this device still trusted? Asked on every contact, at least once a minute while there is a network.
//   post     -> as before; another post than the one that recorded: nothing is sent in its name unless somebody says so
//   none     -> signed out or run out after 12 h: everything is kept, the page asks to sign in
//   revoked  -> lists are erased at once; the key when nothing is unsent, else after it was handed over

/** What the server says: {standing, post}; {standing: "unknown"} without an answer. */
export async function standing() {
  try {
    const reply = await fetch("/standing/", { cache: "no-store", credentials: "same-origin", signal: AbortSignal.timeout(15000) });
    return reply.ok ? await reply.json() : { standing: "unknown" };
  } catch (error) {
    return { standing: "unknown" };
  }
}

/** Act on it. Returns `ok`, `signed_out`, `revoked` (records are to be handed over), `erased`, `other` or `unknown`. */
export async function heed(vault, said) {
  if (said.standing === "unknown" || said.standing === "busy") return "unknown";
  if (said.standing === "none") return "signed_out";
  if (said.standing === "revoked") {
    await vault.forgetKept();
    return (await vault.erase()) ? "erased" : "revoked";
  }
  if (said.seal !== (await vault.plain("seal"))) await vault.setPlain("seal", said.seal);
  const first = await vault.plain("post");
  if (!first) await vault.setPlain("post", said.post);
  else if (first !== said.post) {
    await vault.forgetKept();
    if ((await vault.counts()).waiting) return "other";
    await vault.setPlain("post", said.post);
  }
  return "ok";
}
