import { type AuthError, type AuthModeWithKey } from "@supabase/server";
import { createAdminClient, createContextClient, verifyAuth } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { Database } from "../db/types.ts";
import type { Settings } from "../env.ts";
import { clientAddress, vouchFor } from "./client-address.ts";
import { readCredential, type ServiceIdentity, type ShownCredential } from "./credentials.ts";
import { tracedFetch } from "../tracing/span.ts";
import type { Code } from "./error-codes.ts";
import { Problem } from "./problem.ts";

/** Whoever calls, with a client that acts as them: row level security and grants apply to it. */
export interface Caller {
  readonly kind: Access;
  readonly userId: string | null;
  /** The service that calls, or through which the user does. */
  readonly service: ServiceIdentity | null;
  readonly client: SupabaseClient<Database>;
}

/** What every route of an app finds in its context. */
export interface AppEnv {
  Variables: { requestId: string; settings: Settings; caller: Caller; organizationId?: string };
}

/**
 * Who may call a route. `user`: a signed-in user. `guest`: anyone with the publishable key. `link`: anyone at all, where
 * the link itself carries the proof. `jobs`: the platform, with the secret key named `jobs`. `key`: a program with an API
 * key of an organization. `service`: a registered service with its token. What these two may do is up to their scopes,
 * which the database looks up. `operator`: whoever runs the platform, with any of its secret keys.
 */
export type Access = "user" | "guest" | "link" | "jobs" | "key" | "service" | "operator";

const modes: Record<Exclude<Access, "key" | "service">, AuthModeWithKey> = {
  user: "user",
  guest: "publishable:*",
  link: "none",
  jobs: "secret:jobs",
  operator: "secret:*",
};

const codes: Record<string, Code> = {
  INVALID_JWT: "invalid_token",
  INVALID_API_KEY: "invalid_api_key",
  NO_KEYS_CONFIGURED: "jobs_not_configured",
  JWKS_FETCH_FAILED: "unavailable",
};

/** Milliseconds. A function has 150 s to its first byte; a database that does not answer must not use them up. */
const databaseTimeout = 20_000;

/** Passed on to the database, where they reach the audit row and the event; `traceparent` is the current span's. */
const forwarded = [
  "x-request-id",
  "x-correlation-id",
  "x-causation-id",
  "x-forwarded-for",
  "user-agent",
];

/** Lets the named callers in and puts `caller` into the context; refuses everyone else with a 401. */
export const authenticate = (...allowed: [Access, ...Access[]]) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const settings = c.var.settings;
    refuseForeignKeys(c.req.header("apikey"));
    const shown = await readCredential(c.req.raw.headers, settings);
    const sender = await vouchFor(await clientAddress(c.req.raw.headers, settings), settings);
    const caller = shown?.acts ? machine(allowed, shown, c, sender) : await person(allowed, shown, c, sender);
    c.set("caller", caller);
    await next();
  });

/** A key or a service by itself: the database knows it by the header and gives it what its scopes allow. */
function machine(
  allowed: readonly Access[],
  { kind, header, service }: ShownCredential,
  c: Context<AppEnv>,
  sender: Record<string, string>,
): Caller {
  if (!allowed.includes(kind)) throw new Problem("not_authenticated");
  const headers = { ...forwardedHeaders(c.req.raw.headers, c.var.requestId, false), ...sender, ...header };
  return { kind, userId: null, service, client: createContextClient<Database>(optionsOf(c.var.settings, headers)) };
}

async function person(
  allowed: readonly Access[],
  shown: ShownCredential | null,
  c: Context<AppEnv>,
  sender: Record<string, string>,
): Promise<Caller> {
  const env = c.var.settings;
  const people = allowed.filter((kind) => kind !== "key" && kind !== "service");
  if (people.length === 0) throw new Problem("not_authenticated");
  const { data: auth, error } = await verifyAuth(c.req.raw, { auth: people.map((kind) => modes[kind]), env });
  if (error) throw authProblem(error);
  const headers = forwardedHeaders(c.req.raw.headers, c.var.requestId, auth.authMode === "secret");
  const options = optionsOf(env, { ...headers, ...sender, ...shown?.header });
  const client = auth.authMode === "secret"
    ? createAdminClient<Database>({ ...options, auth: { keyName: auth.keyName } })
    : createContextClient<Database>({ ...options, auth: { token: auth.token, keyName: auth.keyName } });
  const kind = people.find((candidate) => modes[candidate].split(":")[0] === auth.authMode)!;
  return { kind, userId: auth.userClaims?.id ?? null, service: shown?.service ?? null, client };
}

/** No retries here: the caller is told to try again, and knows whether that is still wanted. */
const optionsOf = (env: Settings, headers: Record<string, string>) => ({
  env,
  supabaseOptions: { db: { retry: false, timeout: databaseTimeout }, global: { headers, fetch: tracedFetch } },
});

/** A client with the project's own secret key, for the few commands that no caller may run: signing tokens. */
export const platformClient = (c: Context<AppEnv>): SupabaseClient<Database> =>
  createAdminClient<Database>(
    optionsOf(c.var.settings, forwardedHeaders(c.req.raw.headers, c.var.requestId, true)),
  );

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
