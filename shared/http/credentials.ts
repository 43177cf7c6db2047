import { createRemoteJWKSet, customFetch, decodeJwt, errors, jwtVerify } from "jose";
import { z } from "zod";
import type { Settings } from "../env.ts";
import { Problem } from "./problem.ts";

/** What a service's token says of it. The database decides by its own row of the token, not by this. */
export interface ServiceIdentity {
  readonly id: string;
  readonly name: string;
  readonly organizationId: string;
  readonly scopes: readonly string[];
  readonly tokenId: string;
}

/** A credential of a machine, as a request shows it. */
export interface ShownCredential {
  readonly kind: "key" | "service";
  /** The header by which the database knows it. */
  readonly header: Readonly<Record<string, string>>;
  /** Whether it acts by itself; beside a user's token it only says through whom they act. */
  readonly acts: boolean;
  /** Of a service: what its token says. */
  readonly service: ServiceIdentity | null;
}

/** Who signs the tokens of services. */
export const issuerOf = ({ url }: Settings): string => `${url}/functions/v1/platform`;

/** Whom they are for. */
export const audience = "almanac";

const keyForm = /^alm_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

const Claims = z.object({
  sub: z.guid(),
  jti: z.guid(),
  service: z.string(),
  organization: z.guid(),
  scope: z.string(),
});

/**
 * The API key (`x-api-key`, or `Authorization: Bearer alm_…`) or service token (`Authorization: Bearer …`, or beside a
 * user's token `x-service-token`) of a request; null when it shows none.
 *
 * Of a key only the form is known here: the database looks it up. A token is verified; whether it was revoked since, the
 * database knows.
 *
 * @throws Problem 401 `invalid_api_key` or `invalid_service_token`
 */
export async function readCredential(headers: Headers, settings: Settings): Promise<ShownCredential | null> {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "")?.[1];
  const bearerKind = bearer === undefined
    ? null
    : bearer.startsWith("alm_")
    ? "key"
    : isOurs(bearer, settings)
    ? "service"
    : "user";
  const key = headers.get("x-api-key") ?? (bearerKind === "key" ? bearer! : null);
  const token = headers.get("x-service-token") ?? (bearerKind === "service" ? bearer! : null);
  const acts = bearerKind !== "user";
  if (key !== null && !keyForm.test(key)) throw new Problem("invalid_api_key");
  if (token !== null) {
    if (key !== null) throw new Problem("invalid_service_token", { detail: "Show a key or a token, not both." });
    const service = await verifyServiceToken(token, settings);
    return { kind: "service", header: { "x-service-token": token }, acts, service };
  }
  return key === null ? null : { kind: "key", header: { "x-api-key": key }, acts, service: null };
}

/** Whether it claims to be of our issuer, which is not believed yet. */
function isOurs(token: string, settings: Settings): boolean {
  try {
    return decodeJwt(token).iss === issuerOf(settings);
  } catch {
    return false;
  }
}

/**
 * Verifies signature, issuer, audience and times of a service's token.
 *
 * @throws Problem 401 `invalid_service_token`, 503 when the keys cannot be had
 */
export async function verifyServiceToken(token: string, settings: Settings): Promise<ServiceIdentity> {
  try {
    const { payload } = await jwtVerify(token, keysOf(settings), {
      algorithms: ["ES256"],
      typ: "at+jwt",
      issuer: issuerOf(settings),
      audience,
      clockTolerance: 5,
      requiredClaims: ["exp", "iat"],
    });
    const { sub: id, jti: tokenId, service: name, organization: organizationId, scope } = Claims.parse(payload);
    return { id, tokenId, name, organizationId, scopes: scope === "" ? [] : scope.split(" ") };
  } catch (cause) {
    throw new Problem(isRefusal(cause) ? "invalid_service_token" : "unavailable", { cause });
  }
}

/** Whether it is the token's fault; otherwise the keys could not be read. */
const isRefusal = (failure: unknown): boolean =>
  failure instanceof z.ZodError ||
  (failure instanceof errors.JOSEError && !["ERR_JWKS_TIMEOUT", "ERR_JOSE_GENERIC"].includes(failure.code));

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/** The public keys, from the database and kept for ten minutes; asked for again when one is not among them. */
function keysOf({ url, publishableKeys }: Settings): ReturnType<typeof createRemoteJWKSet> {
  const known = keySets.get(url);
  if (known) return known;
  const keys = createRemoteJWKSet(new URL(`${url}/rest/v1/rpc/service_signing_keys`), {
    headers: { apikey: publishableKeys.default ?? Object.values(publishableKeys)[0]! },
    cooldownDuration: 1_000,
    timeoutDuration: 5_000,
    [customFetch]: fetch,
  });
  keySets.set(url, keys);
  return keys;
}
