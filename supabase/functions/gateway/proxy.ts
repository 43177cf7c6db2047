import type { Context } from "hono";
import { clientAddress, vouchFor } from "../../../shared/http/client-address.ts";
import type { AppEnv } from "../../../shared/http/auth.ts";
import { Problem } from "../../../shared/http/problem.ts";
import { describeFailure, loggerOf } from "../../../shared/log.ts";
import { meter } from "../../../shared/metrics/meter.ts";
import { traceHeaders } from "../../../shared/tracing/span.ts";
import { type Admission, callerOf, decide, type Decision, problemOfRefusal } from "./admission.ts";
import { counted } from "./body.ts";
import { answerPreflight, isPreflight, letRead } from "./cors.ts";
import { gatewayToken } from "./gateway-token.ts";
import { handedBack, hasLooped, passedOn, redirectFor } from "./headers.ts";
import { RequestHooks } from "./hooks.ts";
import { reportService } from "./reports.ts";
import { addressOf, type Target, targetOf } from "./target.ts";
import { callService, ClientGone, Deadline, problemOfFailure, UpstreamTimeout } from "./upstream.ts";

const log = loggerOf("gateway");

type Incoming = Context<AppEnv>;

/** Passes a request on to a registered service, or answers why not. */
export async function proxy(c: Incoming): Promise<Response> {
  const request = c.req.raw;
  const origin = request.headers.get("origin");
  let decision: Decision | undefined;
  try {
    const target = targetOf(new URL(request.url));
    if (request.headers.get("upgrade")?.toLowerCase() === "websocket") throw new Problem("websocket_not_supported");
    if (hasLooped(request.headers)) throw new Problem("loop_detected");
    if (isPreflight(request)) return await answerPreflight(request, target.service, c.var.settings);
    decision = await decide(c.var.settings, {
      ...await callerOf(request, c.var.settings),
      service: target.service,
      path: target.path || "/",
      method: request.method,
      organization_id: request.headers.get("x-organization-id"),
      origin,
      address: await clientAddress(request.headers, c.var.settings) ?? null,
    });
    if (decision.organization_id) c.set("organizationId", decision.organization_id);
    if (decision.refusal) throw problemOfRefusal(decision.refusal);
    return finished(await pass(c, target, decision), c, decision, origin);
  } catch (failure) {
    const problem = problemOf(failure, c);
    if (problem.code === "rate_limited") countLimited(decision, request);
    return finished(
      problem.toResponse(c.var.requestId),
      c,
      decision,
      problem.code === "origin_not_allowed" ? null : origin,
    );
  }
}

function problemOf(failure: unknown, c: Incoming): Problem {
  if (failure instanceof ClientGone) return new Problem({ code: "client_gone", status: 499 });
  const problem = failure instanceof Problem ? failure : new Problem("internal", { cause: failure });
  if (problem.status >= 500 && problem.cause) {
    log.warn("request not passed on", {
      code: problem.code,
      request_id: c.var.requestId,
      ...describeFailure(problem.cause),
    });
  }
  return problem;
}

function countLimited(decision: Decision | undefined, { url }: Request): void {
  const policy = /^"([^"]+)"/.exec(decision?.rate["ratelimit-policy"] ?? "")?.[1] ?? "unknown";
  const service = policy.includes(":") ? new URL(url).pathname.split("/")[3]! : "any";
  meter()?.count("rate_limits", { service, policy }, { organizationId: decision?.organization_id ?? undefined });
}

/** Puts on what every answer has. */
function finished(response: Response, c: Incoming, decision: Decision | undefined, origin: string | null): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(decision?.rate ?? {})) {
    if (name !== "retry-after" || !headers.has(name)) headers.set(name, value);
  }
  headers.set("x-request-id", c.var.requestId);
  letRead(headers, origin);
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}

async function pass(c: Incoming, target: Target, admission: Admission): Promise<Response> {
  const hooks = new RequestHooks(c.req.raw, target, admission, c.var.settings);
  const before = await hooks.before();
  const answered = before.answer
    ? { response: before.answer, said: before.answer.headers }
    : await call(c, target, admission, before.headers);
  const { headers, response, log: record } = await hooks.after(answered.response, answered.said, before.answeredBy);
  if (record) {
    log.info("passed on", {
      service: admission.service.name,
      method: c.req.method,
      status: response.status,
      ...record,
    });
  }
  for (const [name, value] of Object.entries(headers)) {
    if (name !== "x-cache" || !response.headers.has(name)) response.headers.set(name, value);
  }
  return response;
}

interface Answered {
  readonly response: Response;
  /** What the service said of it, before anything was taken away: by this a plugin decides. */
  readonly said: Headers;
}

async function call(
  c: Incoming,
  target: Target,
  admission: Admission,
  extra: Record<string, string>,
): Promise<Answered> {
  const { service, route } = admission;
  const deadline = new Deadline(route.timeout_ms, c.req.raw.signal);
  const started = performance.now();
  const body = await counted(c.req.raw, route.max_body_bytes, () => deadline.touch(), deadline.signal).catch(stalled);
  const endpoint = service.internal ? c.var.settings.url + service.endpoint : service.endpoint;
  const url = addressOf(endpoint, target);
  let answer: Response;
  try {
    const headers = passedOn(c.req.raw.headers, service.internal, { ...extra, ...await context(c, admission) });
    answer = await callService(admission, { method: c.req.method, url, headers, body: body.stream }, deadline);
  } catch (failure) {
    deadline.met();
    if (body.exceeded()) throw new Problem("payload_too_large");
    if (failure instanceof ClientGone) throw failure;
    if (body.starved()) stalled(failure); // it is no failure of the service
    tell(c, admission, failure, started);
    throw problemOfFailure(failure);
  }
  tell(c, admission, answer, started);
  return { response: handBack(answer, url, endpoint, admission), said: answer.headers };
}

/** What became of a request whose body stopped to come. */
function stalled(failure: unknown): never {
  throw failure instanceof UpstreamTimeout ? new Problem("request_timeout") : failure;
}

function tell(c: Incoming, { service, report, organization_id }: Admission, outcome: unknown, started: number): void {
  const succeeded = outcome instanceof Response && outcome.status < 500;
  // Our own functions serve everyone: what somebody's request makes one of them say, or wait for, must not shut it for the
  // others. Those of its answers that it wrote itself, and not the platform in its place, have a request id.
  const reached = service.internal &&
    (outcome instanceof Response ? outcome.headers.has("x-request-id") : outcome instanceof UpstreamTimeout);
  const well = succeeded || reached;
  if (!well || report) reportService(c.var.settings, service.id, well);
  const labels = { service: service.name, outcome: succeeded ? "succeeded" : "failed" };
  meter()?.observe("gateway_requests", labels, performance.now() - started, {
    organizationId: organization_id ?? undefined,
  });
}

/** What the service is told of the request: who, for whom, from where, in which trace. */
async function context(c: Incoming, admission: Admission): Promise<Record<string, string>> {
  const { service, caller, organization_id, adapter } = admission;
  const address = await clientAddress(c.req.raw.headers, c.var.settings) ?? "unknown";
  const { host, protocol } = new URL(c.var.settings.url);
  const hop = address.includes(":") ? `"[${address}]"` : address;
  const shared = {
    "x-request-id": c.var.requestId,
    "x-forwarded-for": address,
    "x-forwarded-host": host,
    "x-forwarded-proto": protocol.slice(0, -1),
    forwarded: `for=${hop};host="${host}";proto=${protocol.slice(0, -1)}`,
    ...traceHeaders(),
  };
  // A service that knows nothing of Almanac is told nothing of who calls.
  if (adapter && adapter.scheme !== "gateway") return shared;
  const token = await gatewayToken(admission, c.var.settings);
  return {
    ...shared,
    ...organization_id && { "x-organization-id": organization_id },
    ...caller.kind === "user" && { "x-user-id": caller.id! },
    "x-caller-kind": caller.kind,
    ...service.internal
      ? { "x-gateway-token": token, ...await vouchFor(address, c.var.settings) }
      : { authorization: `Bearer ${token}` },
  };
}

/** The service's answer as the client may see it: of a failure outside nothing but that it failed. */
function handBack(answer: Response, called: URL, endpoint: string, { service }: Admission): Response {
  if (answer.status >= 500 && !service.internal) {
    void answer.body?.cancel().catch(() => {});
    throw new Problem("upstream_failed", { members: { upstream_status: answer.status } });
  }
  const headers = handedBack(answer.headers);
  const location = headers.get("location");
  if (location !== null) {
    const to = redirectFor(location, called, endpoint, service.name);
    if (to === undefined) {
      void answer.body?.cancel().catch(() => {});
      throw new Problem("upstream_failed");
    }
    headers.set("location", to);
  }
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}
