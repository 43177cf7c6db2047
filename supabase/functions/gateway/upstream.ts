import { ExponentialBackoff, handleWhen, noop, retry } from "cockatiel";
import { Problem } from "../../../shared/http/problem.ts";
import { OutboundError } from "../../../shared/outbound/failure.ts";
import { safeFetch } from "../../../shared/outbound/fetch.ts";
import { currentTraceparent } from "../../../shared/tracing/span.ts";
import type { Admission } from "./admission.ts";
import { allowanceFor, forgetGrant, signIn, takeOut } from "./sign-in.ts";

/** A request as it goes to the service. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array> | null;
}

/** Nothing came in time: of the answer, or of the request that it is to. */
export class UpstreamTimeout extends Error {
  override name = "UpstreamTimeout";
}

/** The client left; nobody reads what comes. */
export class ClientGone extends Error {
  override name = "ClientGone";
}

/** Ends a call when its answer does not begin in time, or its client leaves. */
export class Deadline {
  readonly #control = new AbortController();
  readonly #milliseconds: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #met = false;

  constructor(milliseconds: number, client: AbortSignal) {
    this.#milliseconds = milliseconds;
    const leave = () => this.#control.abort(new ClientGone());
    if (client.aborted) leave();
    else client.addEventListener("abort", leave, { once: true });
    this.touch();
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** Counts anew: something of the request went out. */
  touch(): void {
    if (this.#met) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#control.abort(new UpstreamTimeout()), this.#milliseconds);
  }

  /** The answer has begun: it may take as long as it takes. */
  met(): void {
    this.#met = true;
    clearTimeout(this.#timer);
  }
}

const repeatable = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
const passing = new Set([502, 503, 504]);

/** Whether a request can be sent again: it means the same twice, and nothing of it was read away. */
export const isRepeatable = ({ method, body }: Pick<Outgoing, "method" | "body">): boolean =>
  repeatable.has(method) && body === null;

/**
 * Calls the service, again where that is harmless and it could not be reached or answered 502, 503 or 504.
 *
 * @throws whatever ended the last attempt
 */
export async function callService(admission: Admission, outgoing: Outgoing, deadline: Deadline): Promise<Response> {
  const attempt = () => callOnce(admission, outgoing, deadline.signal);
  const attempts = isRepeatable(outgoing) ? admission.route.retries : 0;
  const policy = attempts === 0 ? noop : retry(
    handleWhen((failure) => !deadline.signal.aborted && isPassing(failure)).orWhenResult((result) =>
      passing.has((result as Response).status)
    ),
    { maxAttempts: attempts, backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1_000 }) },
  );
  let before: Response | undefined;
  try {
    return await policy.execute(async () => {
      await before?.body?.cancel().catch(() => {});
      return before = await attempt();
    }, deadline.signal);
  } catch (failure) {
    throw deadline.signal.aborted ? deadline.signal.reason : failure;
  } finally {
    deadline.met();
  }
}

/** Of what the safe client refuses only failures of the connection may pass; `fetch` tells of them by a TypeError. */
const isPassing = (failure: unknown): boolean =>
  failure instanceof OutboundError
    ? ["connection_failed", "name_not_found"].includes(failure.code)
    : failure instanceof TypeError;

async function callOnce(admission: Admission, outgoing: Outgoing, signal: AbortSignal): Promise<Response> {
  const { service, adapter } = admission;
  if (service.internal) {
    const init = { ...outgoing, redirect: "manual", signal, ...outgoing.body && { duplex: "half" } } as RequestInit;
    return await fetch(outgoing.url, init);
  }
  const [url, headers] = [new URL(outgoing.url), new Headers(outgoing.headers)];
  await signIn(admission, url, headers, signal);
  // The safe client writes no trace context of its own, as `fetch` does where the runtime traces.
  const traceparent = currentTraceparent();
  if (traceparent) headers.set("traceparent", traceparent);
  const { method, body } = outgoing;
  const options = { timeoutMs: 0, maxBytes: 0, ...allowanceFor(adapter, url) };
  const answer = await safeFetch(url, { method, headers, body, signal }, options);
  takeOut(admission, url, answer.headers);
  if (answer.status === 401) forgetGrant(service.id);
  return answer;
}

/** What the client is told of a failure: nothing of the service but that it failed. */
export function problemOfFailure(failure: unknown): Problem {
  if (failure instanceof Problem) return failure;
  const late = failure instanceof UpstreamTimeout || (failure instanceof OutboundError && failure.code === "timeout");
  return new Problem(late ? "upstream_timeout" : "upstream_failed", { cause: failure });
}
