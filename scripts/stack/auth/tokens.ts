import { errors, importJWK, type JWK, jwtVerify, SignJWT } from "jose";

/** Claims of a user token, as hosted Supabase issues them. */
export interface Claims {
  sub?: string;
  role?: string;
  exp?: number;
  iat?: number;
  session_id?: string;
  app_metadata?: Record<string, unknown>;
  user_metadata?: Record<string, unknown>;
  [claim: string]: unknown;
}

/** Public half of the signing key, as served at `/auth/v1/.well-known/jwks.json`. */
export interface Jwks {
  keys: JWK[];
}

/** Two kinds of token: ES256 outside (verifiable by anyone with the JWKS), HS256 inside (all that the engine reads). */
export interface Tokens {
  jwks: Jwks;
  /** Signs an outside token. */
  sign(claims: Claims): Promise<string>;
  /** Claims of an outside token. Throws when it is forged, expired or of another issuer. */
  verify(token: string): Promise<Claims>;
  /** The inside twin of a verified outside token, with the same claims. */
  exchange(token: string): Promise<string>;
  /** Claims of an inside token. */
  open(innerToken: string): Promise<Claims>;
}

interface Known {
  claims: Claims;
  inner?: Promise<string>;
}

const CACHE_LIMIT = 5_000;

/** True when a token was refused for its age alone. */
export const isExpired = (error: unknown): boolean => error instanceof errors.JWTExpired;

/** Issues and checks tokens with one ES256 key. */
export async function createTokens(
  options: { issuer: string; signingKey: JWK; jwtSecret: string },
): Promise<Tokens> {
  const { issuer, signingKey } = options;
  const { d: _private, key_ops: _operations, ...publicPart } = signingKey;
  const publicJwk: JWK = { ...publicPart, alg: "ES256", use: "sig", key_ops: ["verify"] };
  const [privateKey, publicKey] = await Promise.all([importJWK(signingKey, "ES256"), importJWK(publicJwk, "ES256")]);
  const secret = new TextEncoder().encode(options.jwtSecret);
  const known = new Map<string, Known>();

  async function look(token: string): Promise<Known> {
    const hit = known.get(token);
    if (hit && (hit.claims.exp ?? 0) * 1000 > Date.now()) return hit;
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ["ES256"],
      issuer,
      requiredClaims: ["exp", "role"],
    });
    if (known.size >= CACHE_LIMIT) known.clear();
    const entry: Known = { claims: payload };
    known.set(token, entry);
    return entry;
  }

  return {
    jwks: { keys: [publicJwk] },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: signingKey.kid, typ: "JWT" }).sign(privateKey),
    verify: async (token) => (await look(token)).claims,
    exchange: async (token) => {
      const entry = await look(token);
      return await (entry.inner ??= new SignJWT(entry.claims).setProtectedHeader({ alg: "HS256", typ: "JWT" }).sign(
        secret,
      ));
    },
    open: async (inner) => (await jwtVerify(inner, secret, { algorithms: ["HS256"] })).payload,
  };
}
