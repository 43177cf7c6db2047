import type { ErrorCode } from "./error-codes.ts";

/** What subscriptions are refused with; part of the table of codes. */
export const subscriptionErrors = {
  subscription_exists: {
    status: 409,
    title: "There is a subscription of this name",
    remedy: "Choose another name, or change the one that has it.",
    members: { name: "The name." },
  },
  too_many_subscriptions: {
    status: 409,
    title: "The organization has too many subscriptions",
    remedy: "Delete one that nobody reads.",
    members: { maximum: "How many it may have." },
  },
  subscription_not_active: {
    status: 409,
    title: "The subscription delivers nothing now",
    remedy: "Resume it; the answer tells what it has missed, if anything.",
    members: { subscription_status: "`paused`, `disabled` or `behind`." },
  },
  subscription_is_pushed: {
    status: 409,
    title: "This subscription is not pulled",
    remedy: "Its events are sent to its webhook; make another subscription to pull them.",
  },
  subscription_leased: {
    status: 409,
    title: "Events of the subscription are claimed",
    remedy: "Pause it, wait until its claims are acknowledged or have ended, and try again.",
    members: { leased_until: "When the last claim ends." },
  },
  lanes_apart: {
    status: 409,
    title: "The subscription's members are too far apart",
    remedy: "Let the member that lags catch up before their number changes.",
    members: { member: "The one that lags." },
  },
  too_many_replays: {
    status: 409,
    title: "Too many replays are under way",
    remedy: "Wait until one has finished.",
    members: { maximum: "How many there may be." },
  },
} as const satisfies Record<string, ErrorCode>;
