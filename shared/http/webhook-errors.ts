import type { ErrorCode } from "./error-codes.ts";

/** What webhooks, and other addresses to call, are refused with; part of `errorCodes`. */
export const webhookErrors = {
  url_refused: {
    status: 422,
    title: "This address is not called",
    remedy: "Send an https address of a public server, without credentials.",
    members: { field: "The field it came in.", reason: "What is wrong with it, in a word." },
  },
  too_many_tests: {
    status: 429,
    title: "The webhook was tested too often",
    remedy: "Wait a minute: ten tests a minute are sent.",
  },
  subscription_exists: {
    status: 409,
    title: "There is a subscription of this name",
    remedy: "Choose another name.",
    members: { name: "The name." },
  },
  too_many_subscriptions: {
    status: 409,
    title: "The organization has too many subscriptions",
    remedy: "Delete one that is not needed.",
    members: { maximum: "How many it may have." },
  },
  subscription_leased: {
    status: 409,
    title: "Events of it are out",
    remedy: "Pause it, and wait for its claims to be acknowledged.",
    members: { leased_until: "When the last claim ends." },
  },
  lanes_apart: {
    status: 409,
    title: "Its members are too far apart",
    remedy: "Let the one that lags catch up first.",
    members: { member: "The one that lags." },
  },
} as const satisfies Record<string, ErrorCode>;
