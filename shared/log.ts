import {
  configureSync,
  getConfig,
  getConsoleSink,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
  type Sink,
} from "@logtape/logtape";
import { AsyncLocalStorage } from "node:async_hooks";
import { maskFields, maskLines } from "./log-masking.ts";
import { traceIds } from "./tracing/span.ts";

/** Hosted functions drop longer lines. */
const longestText = 2_000;

/** What each line says of the work it was written in. */
export interface LogContext {
  readonly request_id?: string;
  readonly job_id?: number;
  /** Asked for each line: it is known only after the request has been understood. */
  readonly organization?: () => string | undefined;
  /** `performance.now()` when the work began: each line tells the milliseconds since. */
  readonly since: number;
}

const current = new AsyncLocalStorage<LogContext>();

/** Runs `work` so that each line logged meanwhile names its request or job, trace, organization and duration. */
export const withLogContext = <T>(context: LogContext, work: () => T): T => current.run(context, work);

/**
 * A logger that prints one JSON line a record, with the trace and request it belongs to. Secrets and personal data are
 * masked, by the names of fields and by what they look like: a net below the rule that no record may hold any.
 */
export function loggerOf(name: string): Logger {
  if (!getConfig()) {
    const formatter = maskLines(getJsonLinesFormatter({ properties: "flatten" }));
    configureSync({
      sinks: { console: inContext(maskFields(getConsoleSink({ formatter }))) },
      loggers: [
        { category: "almanac", lowestLevel: "info", sinks: ["console"] },
        { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
      ],
    });
  }
  return getLogger(["almanac", name]);
}

/** A sink that adds to each record what its context says; the record's own properties win. */
export const inContext = (sink: Sink): Sink => (record) =>
  sink({ ...record, properties: { ...contextFacts(), ...record.properties } });

function contextFacts(): Record<string, unknown> {
  const context = current.getStore();
  if (!context) return traceIds();
  const { organization, since, ...ids } = context;
  const organization_id = organization?.();
  return {
    ...ids,
    ...traceIds(),
    ...(organization_id ? { organization_id } : {}),
    ms: Math.round(performance.now() - since),
  };
}

/** What may be logged of an unexpected failure: its kind, SQLSTATE and message, not the details with values in them. */
export function describeFailure(failure: unknown): Record<string, unknown> {
  if (typeof failure !== "object" || failure === null) return { error: String(failure).slice(0, longestText) };
  const { name, code, message, cause } = failure as { name?: string; code?: string; message?: string; cause?: unknown };
  return {
    error: name ?? "Error",
    sqlstate: code,
    reason: message?.slice(0, longestText),
    ...(cause ? { cause: describeFailure(cause) } : {}),
  };
}
