interface DatabaseError {
  readonly code?: string;
  readonly message: string;
  readonly details?: string | null;
  readonly hint?: string | null;
}

/**
 * Why the platform refused, or could not be reached. `code` is stable (`docs/errors.md`), `unreachable` where nobody
 * answered.
 */
export class EventBusError extends Error {
  override readonly name = "EventBusError";
  readonly code: string;
  /** HTTP status; 0 where nobody answered. */
  readonly status: number;
  /** What the code's page says it carries, as `path` and `faults` of `event_does_not_fit`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(code: string, status: number, detail: string, members: Record<string, unknown> = {}) {
    super(detail);
    this.code = code;
    this.status = status;
    this.members = members;
  }
}

/** The error of a supabase-js answer. Commands send their code as message, a sentence as hint, JSON as details. */
export function failureOf(error: DatabaseError, status: number): EventBusError {
  if (!/^PT\d{3}$/.test(error.code ?? "")) return new EventBusError(codeOf(error, status), status, error.message);
  return new EventBusError(error.message, status, error.hint ?? error.message, membersOf(error.details));
}

/** What was refused before it came to a command: by the grants, by the token, or by the network. */
function codeOf({ code }: DatabaseError, status: number): string {
  if (status === 0) return "unreachable";
  if (code === "42501") return status === 401 ? "not_authenticated" : "permission_denied";
  return status === 401 ? "invalid_token" : status < 500 ? "invalid_input" : "unavailable";
}

function membersOf(details: string | null | undefined): Record<string, unknown> {
  try {
    const members = JSON.parse(details ?? "{}");
    return typeof members === "object" && members !== null ? members : {};
  } catch {
    return {};
  }
}
