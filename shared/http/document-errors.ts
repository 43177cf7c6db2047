import type { ErrorCode } from "./error-codes.ts";

/** What policies and the notifications of them refuse; part of `errorCodes`. */
export const documentErrors = {
  publication_underway: {
    status: 409,
    title: "A version of this policy is being published",
    remedy: "Wait until its saga is over; it takes seconds.",
    members: { saga_id: "The saga that publishes it." },
  },
  publication_over: {
    status: 409,
    title: "This publication is over",
    remedy: "Publish the policy again.",
  },
  already_published: {
    status: 409,
    title: "This version is the published one",
    remedy: "Save and publish a new version to change what holds.",
    members: { number: "The version." },
  },
  not_published: {
    status: 409,
    title: "No version of this policy is published",
    remedy: "There is nothing to withdraw.",
  },
  policy_archived: {
    status: 409,
    title: "The policy is archived",
    remedy: "It stays as it is: make another one.",
  },
  notifications_withdrawn: {
    status: 409,
    title: "These notifications have been taken back",
    remedy: "Tell it again under another batch.",
  },
} as const satisfies Record<string, ErrorCode>;
