import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { answerOf } from "../../../shared/db/answer.ts";
import type { Json } from "../../../shared/db/types.ts";
import type { Settings } from "../../../shared/env.ts";
import { issuerOf } from "../../../shared/http/credentials.ts";
import { type Admission, ownClient } from "./admission.ts";

interface SigningKey {
  readonly kid: string;
  readonly private_jwk: JWK;
}

const lifetime = 300;
const longest = 5_000;
const tokens = new Map<string, { readonly token: string; readonly until: number }>();
let signing: { readonly key: Promise<SigningKey>; readonly until: number } | undefined;

/**
 * Tells a service that it is called by this gateway, for whom and for which organization: a JWT for that service alone, five
 * minutes long, signed with the platform's key (`GET /platform/.well-known/jwks.json`). It is no token of Almanac's:
 * whoever has it can do nothing here with it.
 */
export async function gatewayToken(
  { service, caller, organization_id }: Admission,
  settings: Settings,
): Promise<string> {
  const key = [service.id, organization_id, caller.kind, caller.id].join(" ");
  const kept = tokens.get(key);
  if (kept && kept.until > Date.now()) return kept.token;
  const { kid, private_jwk } = await signingKey(settings);
  const claims = {
    service: service.name,
    caller: caller.kind,
    ...caller.id && { caller_id: caller.id },
    ...organization_id && { organization: organization_id },
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid, typ: "JWT" })
    .setIssuer(issuerOf(settings)).setAudience(service.id).setSubject("gateway")
    .setIssuedAt().setExpirationTime(`${lifetime}s`).setJti(crypto.randomUUID())
    .sign(await importJWK(private_jwk, "ES256"));
  if (tokens.size >= longest) tokens.clear();
  tokens.set(key, { token, until: Date.now() + (lifetime - 60) * 1_000 });
  return token;
}

/** Asked for again each minute: a key that was withdrawn signs no longer than that. */
function signingKey(settings: Settings): Promise<SigningKey> {
  if (!signing || signing.until < Date.now()) {
    const key = readKey(settings);
    signing = { key, until: Date.now() + 60_000 };
    key.catch(() => signing = undefined);
  }
  return signing.key;
}

async function readKey(settings: Settings): Promise<SigningKey> {
  const client = ownClient(settings);
  const present = await answerOf(client.rpc("service_signing_key")) as unknown as SigningKey | null;
  if (present) return present;
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const [public_jwk, private_jwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
  const stored = { kid: crypto.randomUUID(), public_jwk: public_jwk as Json, private_jwk: private_jwk as Json };
  return await answerOf(client.rpc("store_service_signing_key", stored)) as unknown as SigningKey;
}
