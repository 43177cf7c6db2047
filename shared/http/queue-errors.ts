import type { ErrorCode } from "./error-codes.ts";

/** What a walk-in queue refuses; part of `errorCodes`. */
export const queueErrors = {
  queue_not_open: {
    status: 409,
    title: "The queue is not open",
    remedy: "Try again when it opens; its board tells.",
    members: { queue_status: "`paused` or `closed`." },
  },
  queue_full: {
    status: 409,
    title: "The line is full",
    remedy: "Try again later.",
    members: { maximum: "How many may wait." },
  },
  already_in_line: {
    status: 409,
    title: "They are in this line already",
    remedy: "Show the ticket they have.",
    members: { ticket_id: "That ticket." },
  },
  counter_not_open: {
    status: 409,
    title: "The counter is not open",
    remedy: "Open it first.",
    members: { counter_status: "`paused` or `closed`." },
  },
  counter_busy: {
    status: 409,
    title: "The counter has a ticket",
    remedy: "Finish it, or mark it as a no-show, first.",
    members: { ticket_id: "The ticket.", label: "Its label.", ticket_status: "`called` or `serving`." },
  },
  remote_join_not_allowed: {
    status: 403,
    title: "This queue is joined at the desk",
    remedy: "Ask there for a ticket.",
  },
} as const satisfies Record<string, ErrorCode>;
