import type { Settings } from "../env.ts";

/**
 * The address a request came from, as the edge wrote it: hosted's in `cf-connecting-ip`, which it overwrites. Elsewhere
 * `CLIENT_ADDRESS_HEADER` names another header, or none (empty), and then it is the entry of `x-forwarded-for` that
 * `TRUSTED_HOPS` proxies of our own stand behind: what is left of it, a client may have written. The database has the same
 * two settings in `core.network_settings`, for calls that reach it without a function.
 */
export async function clientAddress(headers: Headers, settings: Settings): Promise<string | undefined> {
  const vouched = headers.get("x-client-address");
  if (vouched && headers.get("x-client-address-proof") === await proofOf(vouched, settings)) return vouched;
  const header = Deno.env.get("CLIENT_ADDRESS_HEADER") ?? "cf-connecting-ip";
  const said = header === "" ? null : headers.get(header);
  return said?.trim() || hopOf(headers.get("x-forwarded-for"));
}

function hopOf(forwarded: string | null): string | undefined {
  const hops = forwarded?.split(",").map((hop) => hop.trim()) ?? [];
  return hops.at(-Number(Deno.env.get("TRUSTED_HOPS") ?? 1)) || undefined;
}

/**
 * Headers by which a call of ours says for whom it is: the database and our other functions would else see our own address,
 * and all of our callers would share one rate limit. Proven with the secret key that the database knows (`jobs_key`).
 */
export async function vouchFor(address: string | undefined, settings: Settings): Promise<Record<string, string>> {
  if (!address) return {};
  const proof = await proofOf(address, settings);
  return proof ? { "x-client-address": address, "x-client-address-proof": proof } : {};
}

const longest = 1_000;
const proofs = new Map<string, string>();
let key: Promise<CryptoKey> | undefined;

async function proofOf(address: string, { secretKeys }: Settings): Promise<string | undefined> {
  const secret = secretKeys.jobs;
  if (!secret) return undefined;
  const kept = proofs.get(address);
  if (kept) return kept;
  const bytes = new TextEncoder();
  key ??= crypto.subtle.importKey("raw", bytes.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const signed = await crypto.subtle.sign("HMAC", await key, bytes.encode(address));
  const proof = Array.from(new Uint8Array(signed), (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (proofs.size >= longest) proofs.clear();
  proofs.set(address, proof);
  return proof;
}
