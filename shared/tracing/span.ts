import { type Attributes, context, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorage } from "node:async_hooks";
import { formatTraceparent, newTraceContext, parseTraceparent, type TraceContext } from "./trace-context.ts";

/** What goes along with a piece of work, into each call that it makes. */
interface Carried {
  readonly trace: TraceContext;
  /** Whether this runtime makes spans itself, and then writes `traceparent` into each `fetch`. */
  readonly traced: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export interface SpanOptions {
  /** The `traceparent` of what led to this; the current span when left out, a new trace when there is none. */
  readonly parent?: string | null;
  readonly kind?: "server" | "client" | "consumer" | "producer" | "internal";
  /** Ids, codes and counts: nothing personal. */
  readonly attributes?: Attributes;
  /** Headers for each call to the database meanwhile: `x-correlation-id`, `x-causation-id`. */
  readonly headers?: Readonly<Record<string, string>>;
}

const carried = new AsyncLocalStorage<Carried>();
const kinds = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  consumer: SpanKind.CONSUMER,
  producer: SpanKind.PRODUCER,
  internal: SpanKind.INTERNAL,
};

/**
 * Runs `fn` as a span. Where the runtime exports traces (`OTEL_DENO=true`) it is a real one; elsewhere nothing is
 * recorded, but the trace is carried on all the same, so that logs, events, jobs and webhooks name one trace.
 *
 * ```ts
 * await withSpan("webhook deliver", { parent: event.traceparent, kind: "client" }, () => deliver(event));
 * ```
 */
export async function withSpan<T>(
  name: string,
  { parent, kind = "internal", attributes, headers }: SpanOptions,
  fn: (span: Span) => T | Promise<T>,
): Promise<T> {
  const outer = carried.getStore();
  const from = (kind === "server" ? running() : undefined) ??
    (parent === undefined ? outer?.trace ?? running() : parseTraceparent(parent));
  const base = from ? trace.setSpanContext(context.active(), remote(from)) : trace.deleteSpan(context.active());
  const span = trace.getTracer("almanac").startSpan(name, { kind: kinds[kind], attributes }, base);
  const inner = { ...carriedBy(span, from), headers: { ...outer?.headers, ...headers } };
  try {
    return await carried.run(inner, () => context.with(trace.setSpan(base, span), () => fn(span)));
  } catch (failure) {
    // The kind of failure only: messages may hold somebody's data, and collectors keep them.
    const type = failure instanceof Error ? failure.name : "Error";
    span.setAttribute("error.type", type).setStatus({ code: SpanStatusCode.ERROR, message: type });
    throw failure;
  } finally {
    span.end();
  }
}

/** The span that the runtime's own server began for this request, where it traces. */
function running(): TraceContext | undefined {
  const active = trace.getSpanContext(context.active());
  return active && { traceId: active.traceId, spanId: active.spanId, flags: active.traceFlags };
}

const remote = ({ traceId, spanId, flags }: TraceContext) => ({ traceId, spanId, traceFlags: flags, isRemote: true });

/** A runtime without tracing answers with the parent's own context, or an invalid one. */
function carriedBy(span: Span, from: TraceContext | undefined): Pick<Carried, "trace" | "traced"> {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const own = { traceId, spanId, flags: traceFlags };
  const traced = parseTraceparent(formatTraceparent(own)) !== undefined && spanId !== from?.spanId;
  return { trace: traced ? own : from ?? newTraceContext(), traced };
}

/** The `traceparent` of the current span, for a call or a row that follows from it; undefined outside of one. */
export function currentTraceparent(): string | undefined {
  const current = carried.getStore();
  return current && formatTraceparent(current.trace);
}

/** The current trace's and span's ids, as log lines name them; empty outside of a span. */
export function traceIds(): { trace_id?: string; span_id?: string } {
  const current = carried.getStore()?.trace;
  return current ? { trace_id: current.traceId, span_id: current.spanId } : {};
}

/**
 * The headers that carry the trace in a call by `fetch`. Where the runtime traces, `fetch` writes `traceparent` itself
 * and a second one would make both invalid: then there are none.
 */
export function traceHeaders(): Record<string, string> {
  const current = carried.getStore();
  return !current || current.traced ? {} : { traceparent: formatTraceparent(current.trace) };
}

/** `fetch` for clients that outlive a span: each call carries the trace and headers of the span it is made in. */
export const tracedFetch: typeof fetch = (input, init) => {
  const current = carried.getStore();
  if (!current) return fetch(input, init);
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  headers.delete("traceparent");
  for (const [name, value] of Object.entries({ ...current.headers, ...traceHeaders() })) headers.set(name, value);
  return fetch(input, { ...init, headers });
};
