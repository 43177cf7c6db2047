import type { SupabaseClient } from "@supabase/supabase-js";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { z } from "zod";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { Database, Json } from "../../../../shared/db/types.ts";

const SigningKey = z.object({ kid: z.string(), private_jwk: z.custom<JWK>((value) => typeof value === "object") });
type SigningKey = z.infer<typeof SigningKey>;

/** What the database says a token is to say. */
export const IssuedToken = z.object({
  id: z.guid(),
  service_id: z.guid(),
  service: z.string(),
  version: z.string(),
  organization_id: z.guid(),
  scopes: z.array(z.string()),
  issued_at: z.int(),
  expires_at: z.int(),
});

/** The key to sign with, from Vault; made when there is none, or when it is old. */
export async function signingKey(client: SupabaseClient<Database>): Promise<SigningKey> {
  const known = await answerOf(client.rpc("service_signing_key"));
  if (known !== null) return SigningKey.parse(known);
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const made = await answerOf(client.rpc("store_service_signing_key", {
    kid: crypto.randomUUID(),
    public_jwk: await exportJWK(publicKey) as Json,
    private_jwk: await exportJWK(privateKey) as Json,
  }));
  return SigningKey.parse(made);
}

/** A service's token: an access token by RFC 9068. */
export async function signToken(
  issued: z.infer<typeof IssuedToken>,
  { kid, private_jwk }: SigningKey,
  claims: { issuer: string; audience: string },
): Promise<string> {
  const { id, service_id, service, version, organization_id, scopes, issued_at, expires_at } = issued;
  return await new SignJWT({
    client_id: service_id,
    service,
    version,
    organization: organization_id,
    scope: scopes.join(" "),
  }).setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid }).setSubject(service_id).setJti(id)
    .setIssuer(claims.issuer).setAudience(claims.audience).setIssuedAt(issued_at).setExpirationTime(expires_at)
    .sign(await importJWK(private_jwk, "ES256"));
}

/** sha256 as the database keeps it. */
export async function hashOf(token: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
