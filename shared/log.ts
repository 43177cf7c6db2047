import {
  configureSync,
  getConfig,
  getConsoleSink,
  getJsonLinesFormatter,
  getLogger,
  type Logger,
} from "@logtape/logtape";

/** Hosted functions drop longer lines. */
const longestText = 2_000;

/**
 * A logger that prints one JSON line a record. No record may hold personal data, a key or a token: log ids of requests,
 * codes and durations.
 */
export function loggerOf(name: string): Logger {
  if (!getConfig()) {
    configureSync({
      sinks: { console: getConsoleSink({ formatter: getJsonLinesFormatter({ properties: "flatten" }) }) },
      loggers: [
        { category: "almanac", lowestLevel: "info", sinks: ["console"] },
        { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["console"] },
      ],
    });
  }
  return getLogger(["almanac", name]);
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
