import { exportJWK, generateKeyPair, type JWK } from "jose";

/** A new ES256 key pair as a private JWK with a `kid`. */
export async function createSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...await exportJWK(privateKey), kid: crypto.randomUUID(), alg: "ES256", use: "sig" };
}

/**
 * The signing key kept in `file`, made there on the first call, so that sessions outlive a restart.
 *
 * @example
 * const signingKey = await loadSigningKey(".stack/signing-key.json");
 */
export async function loadSigningKey(file: string): Promise<JWK> {
  try {
    return JSON.parse(await Deno.readTextFile(file)) as JWK;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const key = await createSigningKey();
  const draft = `${file}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, JSON.stringify(key), { mode: 0o600 });
  await Deno.rename(draft, file); // a kill between the two leaves no half-written key behind
  return key;
}
