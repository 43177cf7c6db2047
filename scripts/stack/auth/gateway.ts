import type { JWK } from "jose";
import type { Db } from "../db.ts";
import type { Keys } from "../keys.ts";
import { answering } from "../request-context.ts";
import { handleAdmin } from "./admin.ts";
import { authError, authTokenError, json, keyError, preflight, readable, restTokenError } from "./answers.ts";
import { checkBody } from "./body.ts";
import { HookRefusal } from "./hook.ts";
import { BannedUser, createSessions, type Method, type Sessions } from "./session.ts";
import { createTokens, isExpired, type Jwks, type Tokens } from "./tokens.ts";

/** What answers `/rest/v1` and `/auth/v1` behind the gateway. */
export interface Engine {
  fetch(request: Request, context?: unknown): Response | Promise<Response>;
}

export interface AuthOptions {
  /** `<project url>/auth/v1`, the `iss` of every token. */
  issuer: string;
  keys: Keys;
  /** Private ES256 key with a `kid`; see `loadSigningKey`. */
  signingKey: JWK;
  /** Custom access token hook: `pg-functions://postgres/<schema>/<function>` or `<schema>.<function>`. */
  hook?: string;
}

export interface Auth {
  /** Answers `/auth/v1` and `/rest/v1` as hosted Supabase does, with the engine behind it. */
  fetch: Engine["fetch"];
  /** Claims of a user token. Throws when it is forged, expired or of another issuer. */
  verify: Tokens["verify"];
  jwks: Jwks;
}

/** Auth endpoints that act for the bearer; the others ignore the authorization header, as GoTrue does. */
const FOR_THE_BEARER = /^\/auth\/v1\/(user|logout|reauthenticate|factors)(\/|$)/;

/** Checks the credentials of a request and rewrites them into the ones the engine knows; a Response is a refusal. */
async function translate(request: Request, keys: Keys, tokens: Tokens): Promise<Request | Response> {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const key = headers.get("apikey") ?? url.searchParams.get("apikey");
  if (key === keys.jobs) headers.set("apikey", keys.secret); // the engine knows one secret key
  const authorization = headers.get("authorization");
  if (authorization === null || request.method === "OPTIONS") return new Request(request, { headers });

  const bearer = authorization.replace(/^Bearer\s+/i, "");
  const forAuth = url.pathname.startsWith("/auth/v1/");
  if (bearer === key || (forAuth && !FOR_THE_BEARER.test(url.pathname))) {
    headers.delete("authorization");
    return new Request(request, { headers });
  }
  if (key === null || !([keys.publishable, keys.secret, keys.jobs] as string[]).includes(key)) {
    return keyError(key !== null);
  }
  try {
    headers.set("authorization", `Bearer ${await tokens.exchange(bearer)}`);
  } catch (error) {
    return forAuth ? authTokenError(isExpired(error)) : restTokenError(isExpired(error));
  }
  return new Request(request, { headers });
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function methodOf(url: URL): Method {
  if (url.pathname.endsWith("/verify")) return "otp";
  if (url.pathname.endsWith("/callback") || url.searchParams.get("grant_type") === "pkce") return "oauth";
  return url.searchParams.get("grant_type") === "refresh_token" ? "token_refresh" : "password";
}

/** Replaces the access token of a redirect (`#access_token=…` of an e-mail link or OAuth). */
async function reissueRedirect(response: Response, sessions: Sessions, method: Method): Promise<Response> {
  const [base, fragment] = response.headers.get("location")!.split("#", 2);
  const values = new URLSearchParams(fragment);
  values.set("access_token", await sessions.reissue(values.get("access_token")!, method));
  const headers = new Headers(response.headers);
  headers.set("location", `${base}#${values}`);
  return new Response(response.body, { status: response.status, headers });
}

/** Replaces the engine's access token in an answer by the one hosted Supabase would have issued. */
async function reissueAnswer(response: Response, url: URL, sessions: Sessions): Promise<Response> {
  const method = methodOf(url);
  try {
    if (response.headers.get("location")?.includes("#access_token=")) {
      return await reissueRedirect(response, sessions, method);
    }
    if (!response.ok || !response.headers.get("content-type")?.includes("application/json")) return response;
    const text = await response.text();
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    const body = text === "" ? null : JSON.parse(text);
    if (typeof body?.access_token !== "string") return new Response(text, { status: response.status, headers });
    body.access_token = await sessions.reissue(body.access_token, method);
    return new Response(JSON.stringify(body), { status: response.status, headers });
  } catch (error) {
    if (error instanceof BannedUser) return authError(400, "user_banned", "User is banned");
    if (error instanceof HookRefusal) return authError(error.status, "hook_payload_invalid", error.message);
    throw error;
  }
}

/**
 * The Auth API of hosted Supabase in front of the engine: tokens that anyone can verify with the JWKS, all of hosted's
 * claims, the access token hook, the admin API and named secret keys.
 *
 * Inside, a verified token is exchanged for one that the engine reads, with the same claims, so that policies see them
 * all.
 */
export async function createAuth(db: Db, engine: Engine, options: AuthOptions): Promise<Auth> {
  const { issuer, keys, signingKey, hook } = options;
  const tokens = await createTokens({ issuer, signingKey, jwtSecret: keys.jwtSecret });
  const sessions = createSessions(db, tokens, { issuer, hook });

  async function fetch(request: Request, context?: unknown): Promise<Response> {
    const url = new URL(request.url);
    const forAuth = url.pathname.startsWith("/auth/v1/");
    if (forAuth && request.method === "OPTIONS") return preflight(request);
    if (url.pathname === "/auth/v1/.well-known/jwks.json") {
      return json(tokens.jwks, 200, { "cache-control": "public, max-age=600" });
    }
    if (!isDecodable(url.pathname)) {
      return json({ message: "Bad Request: the path is not valid percent-encoding" }, 400);
    }
    const checked = forAuth ? await checkBody(request) : request;
    if (checked instanceof Response) return checked;
    if (url.pathname.startsWith("/auth/v1/admin/")) return readable(await handleAdmin(checked, db, keys, tokens));
    const inner = await translate(checked, keys, tokens);
    if (inner instanceof Response) return inner;
    if (url.pathname.startsWith("/rest/v1/")) return await answering(inner, () => engine.fetch(inner, context));
    const response = await engine.fetch(inner, context);
    return forAuth ? readable(await reissueAnswer(response, url, sessions)) : response;
  }

  return { fetch, verify: tokens.verify, jwks: tokens.jwks };
}
