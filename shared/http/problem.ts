import { type Code, errorCodes, isCode } from "./error-codes.ts";

/** The body of every error answer: RFC 9457 with a code, a request id and members of the problem's own. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  request_id: string;
  [member: string]: unknown;
}

export interface ProblemOptions {
  /** One sentence for a person about this occurrence; the code's remedy when left out. */
  detail?: string;
  /** Extension members of the body. */
  members?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** What really happened. Logged, never sent. */
  cause?: unknown;
}

/**
 * A failure that the caller can expect. Thrown anywhere below a route, it becomes the answer.
 *
 * ```ts
 * throw new Problem("not_found", { detail: "There is no such appointment." });
 * ```
 */
export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly members: Record<string, unknown>;
  readonly headers: Record<string, string>;

  constructor(code: Code | { code: string; status: number }, options: ProblemOptions = {}) {
    const name = typeof code === "string" ? code : code.code;
    const known = isCode(name) ? errorCodes[name] : undefined;
    super(name, { cause: options.cause });
    this.name = "Problem";
    this.code = name;
    this.status = typeof code === "string" ? errorCodes[code].status : code.status;
    this.title = known?.title ?? "The request was refused";
    this.detail = options.detail ?? known?.remedy ?? this.title;
    this.members = options.members ?? {};
    this.headers = options.headers ?? {};
  }

  toBody(requestId: string): ProblemBody {
    return {
      ...this.members,
      type: `urn:almanac:problem:${this.code}`,
      title: this.title,
      status: this.status,
      code: this.code,
      detail: this.detail,
      request_id: requestId,
    };
  }

  toResponse(requestId: string): Response {
    return Response.json(this.toBody(requestId), {
      status: this.status,
      headers: { ...this.headers, "content-type": "application/problem+json" },
    });
  }
}
