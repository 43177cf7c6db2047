/** Of one connection, not of the message (RFC 9110, 7.6.1), and what frames it. */
const ofThisHop = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "expect",
  "host",
  "content-length",
];

/** What proves who calls. */
const credentials = [
  "authorization",
  "apikey",
  "cookie",
  "x-api-key",
  "x-service-token",
  "x-gateway-token",
  "x-manage-token",
];

/** What only we say: a client's own are dropped. */
const ours =
  /^(forwarded|via|x-forwarded-.*|x-real-ip|x-client-(ip|address.*)|true-client-ip|cf-.*|x-envoy-.*|x-original-.*|x-rewrite-url|x-http-method.*|x-organization-id|x-user-id|x-caller-.*|x-request-id|traceparent|tracestate|accept-encoding)$/;

/** What nobody outside needs to know of a caller. */
const inside =
  /^(origin|referer|baggage|x-correlation-id|x-causation-id|x-client-info|prefer|sec-.*|dnt|idempotency-key-.*)$/;

export const gatewayName = "almanac-gateway";

/** Headers that `Connection` names, which end with this hop too (RFC 9110, 7.6.1). */
const namedByConnection = (headers: Headers): string[] =>
  (headers.get("connection") ?? "").toLowerCase().split(",").map((name) => name.trim()).filter(Boolean);

function without(headers: Headers, dropped: (name: string) => boolean): Headers {
  const gone = new Set([...ofThisHop, ...namedByConnection(headers)]);
  return new Headers([...headers].filter(([name]) => !gone.has(name) && !dropped(name)));
}

/** Whether a request has been through a gateway like this one. */
export const hasLooped = (headers: Headers): boolean =>
  (headers.get("via") ?? "").split(",").some((hop) => hop.trim().split(/\s+/)[1] === gatewayName);

/** What a request's headers say of themselves, without credentials: all that a plugin sees. */
export const shownHeaders = (headers: Headers): Headers =>
  without(headers, (name) => credentials.includes(name) || /token|secret|password|signature/.test(name));

/**
 * The headers to pass on. One of our own functions is given the caller's credential, by which its SQL decides; for every
 * other service there is none of it.
 */
export function passedOn(headers: Headers, internal: boolean, added: Readonly<Record<string, string>>): Headers {
  const kept = without(headers, (name) => {
    if (ours.test(name)) return true;
    if (internal) return name === "cookie" || name === "x-gateway-token";
    return credentials.includes(name) || inside.test(name);
  });
  kept.set("accept-encoding", "identity"); // what is streamed through is not unpacked on its way
  kept.set("via", `1.1 ${gatewayName}`);
  for (const [name, value] of Object.entries(added)) kept.set(name, value);
  return kept;
}

/** What an answer says about the service's own server, or that another of our headers says. */
const notForClients =
  /^(set-cookie2?|server|x-powered-by|via|alt-svc|strict-transport-security|public-key-pins|x-aspnet.*|x-runtime|access-control-.*|ratelimit.*|x-ratelimit-.*|x-request-id|x-envoy-.*|cf-.*|x-sb-.*|sb-.*)$/;

/** The headers of an answer that reach the client. */
export function handedBack(headers: Headers): Headers {
  const kept = without(headers, (name) => notForClients.test(name));
  const length = headers.get("content-length");
  if (length !== null && !headers.has("transfer-encoding")) kept.set("content-length", length);
  return kept;
}

/**
 * Where a redirect leads for the client: below the gateway where it stays below the service's endpoint, as it is where it
 * leads elsewhere, undefined where it would tell of the service's other addresses.
 */
export function redirectFor(location: string, called: URL, endpoint: string, service: string): string | undefined {
  const to = URL.parse(location, called);
  if (!to) return undefined;
  const root = new URL(endpoint);
  if (to.origin !== root.origin) return /^https?:$/.test(to.protocol) ? to.href : undefined;
  const base = root.pathname.replace(/\/+$/, "");
  if (to.pathname !== base && !to.pathname.startsWith(`${base}/`)) return undefined;
  return `/functions/v1/gateway/v1/${service}${to.pathname.slice(base.length)}${to.search}${to.hash}`;
}
