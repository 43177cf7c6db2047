import { type AuthError, type AuthModeWithKey } from "@supabase/server";
import { createAdminClient, createContextClient, verifyAuth } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createMiddleware } from "hono/factory";
import type { Database } from "../db/types.ts";
import type { Settings } from "../env.ts";
import type { Code } from "./error-codes.ts";
import { Problem } from "./problem.ts";

/** Whoever calls, with a client that acts as them: row level security and grants apply to it. */
export interface Caller {
  readonly kind: Access;
  readonly userId: string | null;
  readonly client: SupabaseClient<Database>;
}

/** What every route of an app finds in its context. */
export interface AppEnv {
  Variables: { requestId: string; settings: Settings; caller: Caller };
}

/**
 * Who may call a route. `user`: a signed-in user. `guest`: anyone with the publishable key. `link`: anyone at all, where
 * the link itself carries the proof. `jobs`: the platform, with the secret key named `jobs`.
 */
export type Access = "user" | "guest" | "link" | "jobs";

const modes: Record<Access, AuthModeWithKey> = {
  user: "user",
  guest: "publishable:*",
  link: "none",
  jobs: "secret:jobs",
};

const codes: Record<string, Code> = {
  INVALID_JWT: "invalid_token",
  INVALID_API_KEY: "invalid_api_key",
  NO_KEYS_CONFIGURED: "jobs_not_configured",
  JWKS_FETCH_FAILED: "unavailable",
};

/** Milliseconds. A function has 150 s to its first byte; a database that does not answer must not use them up. */
const databaseTimeout = 20_000;

/** Passed on to the database, where they reach the audit row and the event. */
const forwarded = [
  "x-request-id",
  "x-correlation-id",
  "x-causation-id",
  "traceparent",
  "x-forwarded-for",
  "user-agent",
];

/** Lets the named callers in and puts `caller` into the context; refuses everyone else with a 401. */
export const authenticate = (...allowed: [Access, ...Access[]]) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const settings = c.var.settings;
    refuseForeignKeys(c.req.header("apikey"));
    const { data: auth, error } = await verifyAuth(c.req.raw, {
      auth: allowed.map((kind) => modes[kind]),
      env: settings,
    });
    if (error) throw authProblem(error);
    const headers = forwardedHeaders(c.req.raw.headers, c.var.requestId, auth.authMode === "secret");
    // No retries here: the caller is told to try again, and knows whether that is still wanted.
    const supabaseOptions = { db: { retry: false, timeout: databaseTimeout }, global: { headers } };
    const options = { env: settings, supabaseOptions };
    const client = auth.authMode === "secret"
      ? createAdminClient<Database>({ ...options, auth: { keyName: auth.keyName } })
      : createContextClient<Database>({ ...options, auth: { token: auth.token, keyName: auth.keyName } });
    const kind = allowed.find((candidate) => modes[candidate].split(":")[0] === auth.authMode)!;
    c.set("caller", { kind, userId: auth.userClaims?.id ?? null, client });
    await next();
  });

/** A valid token does not excuse a wrong key: a user's token in the apikey slot is a mistake worth hearing of. */
function refuseForeignKeys(apikey: string | undefined): void {
  if (apikey && !/^sb_(publishable|secret)_/.test(apikey)) throw new Problem("invalid_api_key");
}

function authProblem(error: AuthError): Problem {
  const code = codes[error.code] ?? (error.status === 401 ? "not_authenticated" : "internal");
  return new Problem(code, { cause: error });
}

function forwardedHeaders(headers: Headers, requestId: string, asService: boolean): Record<string, string> {
  const sent = forwarded.flatMap((name) => {
    const value = headers.get(name);
    // Gateways refuse a secret key that comes with a browser's user agent.
    return value && !(asService && name === "user-agent") ? [[name, value]] : [];
  });
  return { ...Object.fromEntries(sent), "x-request-id": requestId };
}
