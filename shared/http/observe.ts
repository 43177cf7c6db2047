import type { Logger } from "@logtape/logtape";
import { SpanStatusCode } from "@opentelemetry/api";
import type { Context, MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { withLogContext } from "../log.ts";
import type { Meter } from "../metrics/meter.ts";
import { withSpan } from "../tracing/span.ts";
import type { AppEnv } from "./auth.ts";

const methods = new Set(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]);

/** A span, a log line and a count for each request, named by its route's template: never by a path with ids in it. */
export const observe = (service: string, log: Logger, meter?: Meter): MiddlewareHandler<AppEnv> => (c, next) => {
  const method = methods.has(c.req.method) ? c.req.method : "OTHER";
  const attributes = { "http.request.method": method, "almanac.request_id": c.var.requestId };
  const options = { parent: c.req.header("traceparent") ?? null, kind: "server", attributes } as const;
  return withSpan(`${method} ${service}`, options, (span) => {
    const since = performance.now();
    const context = { request_id: c.var.requestId, organization: () => organizationOf(c), since };
    return withLogContext(context, async () => {
      await next();
      const { status } = c.res;
      const route = routeOf(c, service);
      span.updateName(`${method} ${route}`);
      span.setAttributes({ "http.route": route, "http.response.status_code": status });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      log.info("request", { method, route, status });
      meter?.observe("requests", { service, method, route, status: String(status) }, performance.now() - since, {
        // Of refused requests nobody knows whether they had anything to do with the organization they named.
        organizationId: status < 400 ? organizationOf(c) : undefined,
        labels: { service, status: `${Math.floor(status / 100)}xx` },
      });
    });
  });
};

/** `/appointments/:id`; `unmatched` for what no route answers, so that nobody can make up labels. */
export function routeOf(c: Context, service: string): string {
  if (c.req.method === "OPTIONS") return "preflight";
  const everywhere = new Set([`/${service}/*`, `/${service}`, "/*"]);
  const match = matchedRoutes(c).findLast(({ path, method }) => method !== "ALL" || !everywhere.has(path));
  return match?.path ?? "unmatched";
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The organization of the caller's credential, else the one that the request is about, where its route says so. */
export function organizationOf(c: Context<AppEnv>): string | undefined {
  const credential = c.var.organizationId ?? c.var.caller?.service?.organizationId;
  if (credential) return credential;
  for (const target of ["param", "query", "json"] as const) {
    const valid = c.req.valid(target as never) as { organization_id?: unknown } | undefined;
    const id = valid?.organization_id;
    if (typeof id === "string" && uuid.test(id)) return id;
  }
}
