import type { ErrorCode } from "./error-codes.ts";

/** What teams, schedules, games and constraints refuse; part of `errorCodes`. */
export const schedulingErrors = {
  // schedules
  schedule_archived: {
    status: 409,
    title: "The schedule is archived",
    remedy: "It stays as it is: make another one.",
  },
  // games
  cannot_publish: {
    status: 409,
    title: "The schedule cannot be published as it stands",
    remedy: "Mend every game that `conflicts` names; nothing was published.",
    members: { conflicts: "What is in the way: for each game and resource, what kind of thing, from when to when." },
  },
} as const satisfies Record<string, ErrorCode>;
