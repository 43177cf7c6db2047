interface DatabaseError {
  readonly code?: string;
  readonly message: string;
  readonly details?: string | null;
  readonly hint?: string | null;
}

/**
 * Why the platform refused, or could not be reached. `code` is stable (`docs/errors.md`); `unreachable` where nobody
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
  if (!/^PT\d{3}$/.test(error.code ?? "")) {
    return new EventBusError(status ? "unavailable" : "unreachable", status, error.message);
  }
  return new EventBusError(error.message, status, error.hint ?? error.message, membersOf(error.details));
}

function membersOf(details: string | null | undefined): Record<string, unknown> {
  try {
    const members = JSON.parse(details ?? "{}");
    return typeof members === "object" && members !== null ? members : {};
  } catch {
    return {};
  }
}
