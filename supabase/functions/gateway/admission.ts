import type { AuthError } from "@supabase/server";
import { createAdminClient, verifyAuth } from "@supabase/server/core";
import type { SupabaseClient } from "@supabase/supabase-js";
import { answerOf } from "../../../shared/db/answer.ts";
import type { Database, Json } from "../../../shared/db/types.ts";
import type { Settings } from "../../../shared/env.ts";
import { readCredential } from "../../../shared/http/credentials.ts";
import { Problem } from "../../../shared/http/problem.ts";
import type { PluginUse } from "../../../shared/plugins/types.ts";
import { tracedFetch } from "../../../shared/tracing/span.ts";

/** How the gateway signs in at a service outside. */
export interface Adapter {
  readonly scheme: "none" | "gateway" | "bearer" | "basic" | "header" | "query" | "oauth2";
  readonly parameter: string | null;
  readonly username: string | null;
  readonly token_url: string | null;
  readonly scope: string | null;
  readonly secret: string | null;
  readonly allow_private: boolean;
  /** Changes with each change of the adapter. */
  readonly version: number;
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly members: Record<string, unknown> & { retry_after?: number };
}

interface Decided {
  readonly rate: Record<string, string>;
  readonly organization_id: string | null;
  readonly caller: { readonly kind: string; readonly id: string | null; readonly name: string | null };
}

/** What `core.admit_request` says of a request that may pass. */
export interface Admission extends Decided {
  readonly refusal: null;
  readonly service: { id: string; name: string; internal: boolean; endpoint: string };
  readonly route: { timeout_ms: number; max_body_bytes: number; retries: number };
  /** Whether a success is worth reporting. */
  readonly report: boolean;
  readonly adapter: Adapter | null;
  readonly plugins: readonly PluginUse[];
}

export type Decision = Admission | (Decided & { readonly refusal: Refusal });

let known: SupabaseClient<Database> | undefined;

/** Acts with the project's own secret key; one an isolate. */
export const ownClient = (settings: Settings): SupabaseClient<Database> =>
  known ??= createAdminClient<Database>({
    env: settings,
    supabaseOptions: { db: { retry: false, timeout: 20_000 }, global: { fetch: tracedFetch } },
    auth: { keyName: "default" in settings.secretKeys ? "default" : Object.keys(settings.secretKeys)[0]! },
  });

const codes: Record<string, "invalid_token" | "invalid_api_key" | "unavailable"> = {
  INVALID_JWT: "invalid_token",
  INVALID_API_KEY: "invalid_api_key",
  JWKS_FETCH_FAILED: "unavailable",
};

const problemOfAuth = (error: AuthError) =>
  new Problem(codes[error.code] ?? (error.status === 401 ? "not_authenticated" : "internal"), { cause: error });

/**
 * Who calls, as far as this can be told without the database: of keys the form, of tokens the signature.
 *
 * @throws Problem 401
 */
export async function callerOf(request: Request, settings: Settings): Promise<Record<string, string>> {
  const shown = await readCredential(request.headers, settings);
  if (shown?.acts) {
    return shown.kind === "key"
      ? { api_key: shown.header["x-api-key"]! }
      : { service_token: shown.header["x-service-token"]! };
  }
  const { data, error } = await verifyAuth(request, { auth: ["user", "publishable:*"], env: settings });
  if (error) throw problemOfAuth(error);
  return data.userClaims?.id ? { user_id: data.userClaims.id } : {};
}

const refused = new Map<string, { readonly decision: Decision; readonly until: number }>();
const mostRefused = 5_000;

/**
 * Asks the database whether the request may pass, in one round trip. Whoever knocks again at once where they were refused
 * for their rate is told the same without asking: for a second at most, so that a tier that was raised is soon known.
 */
export async function decide(settings: Settings, request: Record<string, Json>): Promise<Decision> {
  const key = JSON.stringify(request);
  const before = refused.get(key);
  if (before && before.until > Date.now()) return before.decision;
  const decision = await answerOf(ownClient(settings).rpc("admit_request", { request })) as unknown as Decision;
  if (decision.refusal?.code === "rate_limited") {
    if (refused.size >= mostRefused) refused.clear();
    const wait = Math.min(decision.refusal.members.retry_after ?? 1, 1) * 1_000;
    refused.set(key, { decision, until: Date.now() + wait });
  }
  return decision;
}

/** A refusal as a problem. */
export function problemOfRefusal({ status, code, detail, members }: Refusal): Problem {
  const headers: Record<string, string> = members.retry_after ? { "retry-after": String(members.retry_after) } : {};
  return new Problem({ code, status }, { detail, members, headers });
}
