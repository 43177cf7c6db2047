/**
 * PostgREST's table from SQLSTATE to HTTP status. @supabase/lite knows a part of it and answers `500 SUP` without the
 * SQLSTATE for the rest (plain `raise exception`, exclusion and check violations, serialization failures …).
 */
export interface SqlError {
  code: string;
  message: string;
  detail?: string | null;
  hint?: string | null;
}

const exact: Record<string, number> = {
  "23503": 409,
  "23505": 409,
  "25006": 405,
  "42883": 404,
  "42P01": 404,
  "42P17": 500,
  "57P01": 503,
  P0001: 400,
};

const byClass: [RegExp, number][] = [
  [/^(08|53)/, 503],
  [/^(0L|0P|28)/, 403],
  [/^(09|25|2D|38|39|3B|40|54|55|57|58|F0|HV|P0|XX)/, 500],
];

/** The HTTP status PostgREST gives a SQLSTATE that carries none itself. */
export function httpStatus(sqlstate: string): number {
  return exact[sqlstate] ?? byClass.find(([prefix]) => prefix.test(sqlstate))?.[1] ?? 400;
}

/** What lite maps right on its own. */
const handledByLite = /^(PGRST|PT|42|22|21|55|53)|^(23502|23503|23505|25006)$/;

const isSqlError = (error: unknown): error is SqlError => {
  const code = (error as SqlError | null)?.code;
  return typeof code === "string" && (/^[0-9A-Z]{5}$/.test(code) || code === "PGRST");
};

/** Turns a driver's error into one that lite answers as PostgREST would. */
export function asPostgrest(error: unknown): unknown {
  if (!isSqlError(error)) return error;
  const answer = handledByLite.test(error.code) ? error : {
    code: "PGRST",
    message: JSON.stringify({
      code: error.code,
      message: error.message,
      details: error.detail ?? null,
      hint: error.hint ?? null,
    }),
    detail: JSON.stringify({ status: httpStatus(error.code), headers: {} }),
  };
  shortenInLogs(answer, JSON.stringify({ sqlstate: error.code, message: error.message }));
  return answer;
}

/** lite prints every database error with its stack; one line is enough for what a client caused. */
function shortenInLogs(error: object, line: string): void {
  if (!Object.isExtensible(error)) return;
  const inspect = Symbol.for("Deno.customInspect");
  Object.defineProperty(error, inspect, { value: () => line, enumerable: false, configurable: true });
}

/** Makes a lite connection answer SQL errors with PostgREST's statuses. */
export function patchErrors(connection: { normalizeDbError(error: unknown): unknown }): void {
  connection.normalizeDbError = asPostgrest;
}
