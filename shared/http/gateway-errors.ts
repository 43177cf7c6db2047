import type { ErrorCode } from "./error-codes.ts";

const retryAfter = { retry_after: "Seconds until it is worth trying again; `Retry-After` says the same." };

/** What the gateway and the rate limits refuse; part of the table of codes. */
export const gatewayErrors = {
  rate_limited: {
    status: 429,
    title: "Too many requests",
    remedy: "Wait for `retry_after` seconds; the RateLimit headers tell how much is left.",
    members: retryAfter,
  },
  invalid_path: {
    status: 400,
    title: "The path is not one that is passed on",
    remedy: "Write it plainly: no `//`, no `..`, no encoded slashes, dots or control characters.",
  },
  origin_not_allowed: {
    status: 403,
    title: "Pages of this origin may not call",
    remedy: "Have it added to the organization's origins: `PUT /platform/gateway/settings`.",
  },
  foreign_organization: {
    status: 403,
    title: "That organization is not yours",
    remedy: "Leave `x-organization-id` out, or name one that you or the credential belong to.",
  },
  caller_not_allowed: {
    status: 403,
    title: "The service is not for callers of your kind",
    remedy: "Call it with what its route allows.",
    members: { caller: "`user`, `key`, `service` or `guest`." },
  },
  path_not_allowed: {
    status: 403,
    title: "This path of the service is not open",
    remedy: "Ask who manages the gateway to open it.",
  },
  service_not_found: {
    status: 404,
    title: "There is no such service for you",
    remedy: "Look for its name in the registry; name the organization in `x-organization-id`.",
  },
  request_timeout: {
    status: 408,
    title: "The request's body stopped to come",
    remedy: "Send it again, without long pauses.",
  },
  websocket_not_supported: {
    status: 501,
    title: "The gateway passes no websockets on",
    remedy: "Use Realtime, or server-sent events, which it streams.",
  },
  upstream_failed: {
    status: 502,
    title: "The service failed",
    remedy: "Try again later.",
    members: { upstream_status: "What it answered, where it did." },
  },
  circuit_open: {
    status: 503,
    title: "The service is left alone for a while",
    remedy: "It failed too often. Try again after `retry_after` seconds.",
    members: retryAfter,
  },
  upstream_timeout: {
    status: 504,
    title: "The service did not answer in time",
    remedy: "Try again later. Whether the request was carried out is not known.",
  },
  loop_detected: {
    status: 508,
    title: "The request came through this gateway before",
    remedy: "A registered service must not lead back to the gateway.",
  },
} as const satisfies Record<string, ErrorCode>;
