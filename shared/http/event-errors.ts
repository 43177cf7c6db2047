import type { ErrorCode } from "./error-codes.ts";

/** What publishing and reading of events is refused with; part of `errorCodes`. */
export const eventErrors = {
  organization_mismatch: {
    status: 403,
    title: "The event says it is of another organization",
    remedy: "Publish it in its own organization, or leave the organization out of the event.",
    members: { index: "Which event of the batch, from 0." },
  },
  aggregate_mismatch: {
    status: 409,
    title: "This id belongs to something else",
    remedy: "Use the id of something of yours and of this kind, or a new uuid.",
    members: { index: "Which event of the batch, from 0." },
  },
  cursor_expired: {
    status: 410,
    title: "The cursor is too old",
    remedy: "Read the present state again, and follow from now: `after=now`.",
  },
} as const satisfies Record<string, ErrorCode>;
