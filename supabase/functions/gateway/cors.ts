import { answerOf } from "../../../shared/db/answer.ts";
import type { Settings } from "../../../shared/env.ts";
import { Problem } from "../../../shared/http/problem.ts";
import { ownClient } from "./admission.ts";

const exposed =
  "etag, location, retry-after, x-request-id, x-cache, ratelimit, ratelimit-policy, ratelimit-limit, ratelimit-remaining, ratelimit-reset";
const methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";
const longest = 1_000;

/** Origins that were asked about lately. */
const known = new Map<string, { readonly allowed: boolean; readonly until: number }>();

export const isPreflight = ({ method, headers }: Request): boolean =>
  method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");

/**
 * Answers a preflight. It names neither caller nor organization, so what can be said is whether any organization lets pages
 * of the origin call; the request that follows is held to its own organization's list.
 */
export async function answerPreflight(request: Request, service: string, settings: Settings): Promise<Response> {
  const origin = request.headers.get("origin")!;
  if (!await isKnown(origin, service, settings)) throw new Problem("origin_not_allowed");
  return new Response(null, {
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": methods,
      "access-control-allow-headers": request.headers.get("access-control-request-headers") ?? "",
      "access-control-max-age": "600",
      vary: "origin, access-control-request-method, access-control-request-headers",
    },
  });
}

async function isKnown(origin: string, service: string, settings: Settings): Promise<boolean> {
  const key = `${origin} ${service}`;
  const found = known.get(key);
  if (found && found.until > Date.now()) return found.allowed;
  const allowed = await answerOf(ownClient(settings).rpc("origin_is_known", { origin: origin.slice(0, 300), service }));
  if (known.size >= longest) known.clear();
  known.set(key, { allowed, until: Date.now() + 10_000 });
  return allowed;
}

/** What lets a page of the origin read the answer. No credentials: the gateway knows no cookies. */
export function letRead(headers: Headers, origin: string | null): void {
  if (origin === null) return;
  headers.set("access-control-allow-origin", origin);
  headers.set("access-control-expose-headers", exposed);
  headers.append("vary", "origin");
}
