/** W3C Trace Context, level 1: which trace something belongs to, and which span led to it. */
export interface TraceContext {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Bit 0: whether whoever began the trace records it. */
  readonly flags: number;
}

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;

/** What a `traceparent` says, or undefined when it is none: a client may send anything. */
export function parseTraceparent(value: string | null | undefined): TraceContext | undefined {
  const [, traceId, spanId, flags] = form.exec(value ?? "") ?? [];
  return traceId && spanId && flags ? { traceId, spanId, flags: parseInt(flags, 16) } : undefined;
}

export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-${(flags & 1).toString(16).padStart(2, "0")}`;

const hex = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)).toHex();

/** The context of a trace that begins here and that nobody records: it only ties logs, events and jobs together. */
export const newTraceContext = (): TraceContext => ({ traceId: hex(16), spanId: hex(8), flags: 0 });
