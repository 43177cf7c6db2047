import type { Code } from "./error-codes.ts";
import { Problem } from "./problem.ts";

/** An error as PostgREST sends it. `code` is a SQLSTATE, one of PostgREST's own, or empty when it was not reached. */
export interface DatabaseError {
  code?: string | null;
  message: string;
  details?: string | null;
  hint?: string | null;
}

const domainError = /^PT([45]\d\d)$/;

const bySqlState: readonly [RegExp, Code][] = [
  [/^PGRST30/, "invalid_token"],
  [/^42501$/, "permission_denied"],
  [/^(23P01|23505|23503)$/, "conflict"],
  // What a value can be guilty of (54001: JSON nested too deep); the rest of class 22 is a fault of our own.
  [/^(22001|22003|22007|22008|22021|22023|22P02|22P03|22P05|23502|23514|54001)$/, "invalid_input"],
  // Deadlocks, serialization failures, timeouts, no connection, shutdown: the same request may pass a moment later.
  [/^(40|55P03|57|53|08|PGRST00|$)/, "unavailable"],
];

/**
 * The problem to answer when PostgREST refused a call.
 *
 * Domain errors say what may be told (`PT409`, `slot_taken`, details as JSON, a sentence as hint). Of any other error
 * nothing is passed on: its text may hold names of tables or somebody's data.
 */
export function problemOf(error: DatabaseError, status?: number): Problem {
  const sqlState = error.code ?? "";
  const domain = domainError.exec(sqlState);
  if (domain) {
    return new Problem({ code: error.message, status: Number(domain[1]) }, {
      detail: error.hint ?? undefined,
      members: membersOf(error.details),
      cause: error,
    });
  }
  if (sqlState === "42501" && status === 401) return new Problem("not_authenticated", { cause: error });
  const code = bySqlState.find(([pattern]) => pattern.test(sqlState))?.[1] ?? "internal";
  const headers = code === "unavailable" ? { "retry-after": "1" } : undefined;
  return new Problem(code, { cause: error, headers });
}

function membersOf(details: string | null | undefined): Record<string, unknown> {
  try {
    const members: unknown = JSON.parse(details ?? "");
    return typeof members === "object" && members !== null && !Array.isArray(members) ? { ...members } : {};
  } catch {
    return {};
  }
}
