import { isSpanContextValid, trace } from "@opentelemetry/api";

/** A request's headers, with the stack's own span as its trace context where the stack is traced (`OTEL_DENO=true`). */
export function tracedHeaders(headers: Headers): [string, string][] {
  const span = trace.getActiveSpan()?.spanContext();
  if (!span || !isSpanContextValid(span)) return [...headers];
  const traced = new Headers(headers);
  traced.set("traceparent", `00-${span.traceId}-${span.spanId}-0${span.traceFlags & 1}`);
  return [...traced];
}
