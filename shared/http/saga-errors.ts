import type { ErrorCode } from "./error-codes.ts";

/** What sagas refuse; part of `errorCodes`. */
export const sagaErrors = {
  saga_not_running: {
    status: 409,
    title: "The saga is not under way",
    remedy: "What is done stays done: undo it by the commands of its domain.",
    members: { saga_status: "`done`, `undone`, or `parked` while it was being undone." },
  },
  saga_not_parked: {
    status: 409,
    title: "The saga is not parked",
    remedy: "It goes on by itself, or is over.",
    members: { saga_status: "Its status." },
  },
} as const satisfies Record<string, ErrorCode>;
