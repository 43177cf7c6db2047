import type { Dispatcher } from "undici";
import { type Allowance, operatorAllowance } from "./allowance.ts";
import { limited } from "./body.ts";
import { connectionsTo } from "./connections.ts";
import { asOutboundError, OutboundError } from "./failure.ts";
import { type Resolver, resolveTarget, systemResolver, type Target } from "./target.ts";

export interface OutboundInit {
  readonly method?: string;
  readonly headers?: HeadersInit;
  /** A stream goes out as it comes, and cannot follow a redirect. */
  readonly body?: string | Uint8Array | ReadableStream<Uint8Array> | null;
  readonly signal?: AbortSignal;
}

export interface OutboundOptions {
  /** Hosts that may be private and http; the operator's by default. */
  readonly allowPrivate?: Allowance;
  /** To the end of the body, resolving the name included; 0 for no end. Default 30 s. */
  readonly timeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** From the request's end to the headers of the answer. */
  readonly headersTimeoutMs?: number;
  /** The body breaks off with `too_large` behind it; 0 for no end. Default 1 MB. */
  readonly maxBytes?: number;
  /** Default 0: a redirect is an answer like any other. */
  readonly maxRedirects?: number;
  readonly resolve?: Resolver;
  /** Certificates to trust beside the system's, in PEM. */
  readonly ca?: string;
}

/** Of this hop, or ours to say. */
const ownHeaders =
  /^(host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|proxy-(authorization|authenticate|connection))$/i;

/** Whatever proves who calls: it stays with the host it was meant for. */
const credentials =
  /^(authorization|cookie|apikey|x-api-key|x-service-token|x-manage-token|webhook-signature|.*-(token|secret|signature))$/i;

/**
 * `fetch` for addresses that somebody else wrote. Calls https only, and only the public internet: the name is resolved
 * once, every address is checked and the connection goes to one of those, so that a name which changes in between leads
 * nowhere. Each redirect is checked again. Nothing is unpacked: a compressed body stays as it came.
 *
 * @throws OutboundError, also while the body is read
 *
 * @example
 * ```ts
 * const answer = await safeFetch("https://example.com/hook", { method: "POST", body }, { timeoutMs: 10_000 });
 * ```
 */
export async function safeFetch(
  url: string | URL,
  init: OutboundInit = {},
  options: OutboundOptions = {},
): Promise<Response> {
  const { timeoutMs = 30_000, maxRedirects = 0 } = options;
  const signals = [timeoutMs ? AbortSignal.timeout(timeoutMs) : [], init.signal ?? []].flat();
  const signal = signals.length ? AbortSignal.any(signals) : undefined;
  try {
    let request = { url: String(url), init };
    for (let hop = 0;; hop++) {
      const { answer, target } = await callOnce(request.url, request.init, options, signal);
      const location = answer.headers.get("location");
      if (maxRedirects === 0 || !location || ![301, 302, 303, 307, 308].includes(answer.status)) return answer;
      await answer.body?.cancel().catch(() => {});
      if (hop === maxRedirects) throw new OutboundError("redirect_refused", "It redirects too often.");
      request = redirected(target.url, location, answer.status, request.init);
    }
  } catch (failure) {
    throw asOutboundError(failure);
  }
}

async function callOnce(
  url: string,
  { method = "GET", headers, body }: OutboundInit,
  options: OutboundOptions,
  signal: AbortSignal | undefined,
): Promise<{ answer: Response; target: Target }> {
  const { allowPrivate = operatorAllowance(), resolve = systemResolver, connectTimeoutMs = 5_000, ca } = options;
  const target = await resolveTarget(url, allowPrivate, resolve, signal);
  const { pathname, search } = target.url;
  const answered = await connectionsTo(target, { connectTimeoutMs, ca }).request({
    method: method as Dispatcher.HttpMethod,
    path: pathname + search,
    headers: sentHeaders(headers),
    body: body as Dispatcher.DispatchOptions["body"],
    signal,
    headersTimeout: options.headersTimeoutMs ?? 0,
    bodyTimeout: 0,
  });
  return { answer: responseOf(answered, options.maxBytes ?? 1024 * 1024), target };
}

function sentHeaders(headers: HeadersInit | undefined): Record<string, string> {
  const sent = [...new Headers(headers)].filter(([name]) => !ownHeaders.test(name));
  return { "accept-encoding": "identity", ...Object.fromEntries(sent) };
}

function responseOf({ statusCode, headers, body }: Dispatcher.ResponseData, maxBytes: number): Response {
  const kept = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value ?? []].flat()) kept.append(name, one);
  }
  const empty = [101, 204, 205, 304].includes(statusCode);
  if (empty) body.on("error", () => {}).resume();
  return new Response(empty ? null : limited(body, maxBytes), { status: statusCode, headers: kept });
}

/** The request that a redirect leads to, as browsers make it. */
function redirected(from: URL, location: string, status: number, init: OutboundInit) {
  const to = URL.parse(location, from);
  if (!to) throw new OutboundError("redirect_refused", "It redirects to no address.");
  if (from.protocol === "https:" && to.protocol !== "https:") {
    throw new OutboundError("redirect_refused", "It redirects from https to http.");
  }
  const { method = "GET", body } = init;
  const dropsBody = (status === 303 && method !== "HEAD") || ([301, 302].includes(status) && method === "POST");
  if (!dropsBody && body instanceof ReadableStream) {
    throw new OutboundError("redirect_refused", "It redirects a body that was sent as a stream.");
  }
  const headers = [...new Headers(init.headers)].filter(([name]) =>
    (to.origin === from.origin || !credentials.test(name)) && !(dropsBody && name.startsWith("content-"))
  );
  const next = dropsBody ? { method: "GET", body: null } : { method, body };
  return { url: to.href, init: { ...init, ...next, headers } };
}
