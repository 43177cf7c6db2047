import { Webhook } from "standardwebhooks";
import { OutboundError, type OutboundOptions, readSome, safeFetch } from "../../../../shared/outbound/mod.ts";
import { currentTraceparent, withSpan } from "../../../../shared/tracing/span.ts";

/** Where deliveries go. The secrets sign each of them, the current one first. */
export interface Target {
  readonly url: string;
  readonly timeout_seconds: number;
  readonly secrets: readonly string[];
}

/** An event on its way; the body is the CloudEvent as the database wrote it. */
export interface Message {
  readonly id: string;
  readonly type: string;
  readonly attempt: number;
  readonly body: string;
  readonly traceparent?: string | null;
}

/** How an attempt went; `error` is null when it was answered 2xx. */
export interface Outcome {
  readonly event_id: string;
  readonly type: string;
  readonly attempt: number;
  readonly status: number | null;
  readonly latency_ms: number;
  readonly error: string | null;
  readonly retry_after_seconds: number | null;
}

/** Nothing of an answer's body is used; a short one is read, so that its connection can be used again. */
const readOfAnswer = 8_192;

/** The value of `webhook-signature`: one signature a secret, as Standard Webhooks asks for while they are rotated. */
export const signatureOf = (secrets: readonly string[], { id, body }: Message, at: Date): string =>
  secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(" ");

/**
 * Signs a message and sends it once. Redirects are not followed: a receiver that has moved is told to its owner by the log.
 */
export function send(target: Target, message: Message, options: OutboundOptions = {}): Promise<Outcome> {
  const attributes = { "webhook.event_id": message.id, "webhook.attempt": message.attempt };
  return withSpan(
    `webhook ${message.type}`,
    { parent: message.traceparent, kind: "client", attributes },
    async (span) => {
      const outcome = await attempt(target, message, options);
      if (outcome.status) span.setAttribute("http.response.status_code", outcome.status);
      return outcome;
    },
  );
}

async function attempt(target: Target, message: Message, options: OutboundOptions): Promise<Outcome> {
  const started = performance.now();
  const settled = (status: number | null, error: string | null, retryAfter: number | null = null): Outcome => ({
    event_id: message.id,
    type: message.type,
    attempt: message.attempt,
    status,
    latency_ms: Math.round(performance.now() - started),
    error,
    retry_after_seconds: retryAfter,
  });
  try {
    const answer = await safeFetch(target.url, {
      method: "POST",
      headers: headersOf(target, message),
      body: message.body,
    }, {
      timeoutMs: target.timeout_seconds * 1000,
      connectTimeoutMs: Math.min(target.timeout_seconds, 10) * 1000,
      ...options,
      maxRedirects: 0,
    });
    // The headers decide; what becomes of the body is not the event's matter.
    await readSome(answer, readOfAnswer).catch(() => {});
    return settled(answer.status, errorOf(answer.status), retryAfterOf(answer));
  } catch (failure) {
    const { code, message: reason } = failure as OutboundError;
    return settled(null, failure instanceof OutboundError ? `${code}: ${reason}` : "failed");
  }
}

function headersOf(target: Target, message: Message): Record<string, string> {
  const at = new Date();
  const traceparent = currentTraceparent();
  return {
    "content-type": "application/cloudevents+json; charset=utf-8",
    "user-agent": "Almanac-Webhooks/1.0",
    "webhook-id": message.id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": signatureOf(target.secrets, message, at),
    ...(traceparent ? { traceparent } : {}),
  };
}

function errorOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  return status >= 300 && status < 400 ? `answered ${status}: redirects are not followed` : `answered ${status}`;
}

/** Seconds of `Retry-After`, from either of its forms; only 429 and 503 mean it. */
function retryAfterOf({ status, headers }: Response): number | null {
  const value = headers.get("retry-after")?.trim();
  if (!value || (status !== 429 && status !== 503)) return null;
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.min(Math.max(Math.ceil(seconds), 1), 86_400) : null;
}
