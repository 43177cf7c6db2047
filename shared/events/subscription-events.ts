import { z } from "zod";
import { instant, of } from "./definition.ts";

const subscription = z.object({
  types: z.array(z.string()),
  delivery: z.enum(["pull", "webhook"]),
  members: z.int(),
  status: z.enum(["active", "paused", "disabled", "behind"]),
});
const subscriptions = of("subscription");

/** What happens to subscriptions; part of the catalog. */
export const subscriptionEvents = {
  "subscription.created": subscriptions("Someone subscribed to events.", subscription),
  "subscription.updated": subscriptions("Its name, types, members or attempts changed.", subscription),
  "subscription.paused": subscriptions("It delivers nothing until it is resumed.", subscription),
  "subscription.disabled": subscriptions("The platform stopped it: its target fails.", subscription),
  "subscription.fell_behind": subscriptions(
    "It was not read for longer than the log is kept, which waits for it no more.",
    subscription,
  ),
  "subscription.resumed": subscriptions(
    "It delivers again; `missed` is what the log had forgotten before it was delivered.",
    subscription.extend({ missed: z.object({ from: instant, to: instant, events: z.int() }).nullable() }),
  ),
  "subscription.redriven": subscriptions(
    "Its dead letters, or some, are delivered anew.",
    subscription.extend({ events: z.int() }),
  ),
  "subscription.replayed": subscriptions(
    "A range of the log is delivered to it once more.",
    subscription.extend({ from: instant, to: instant }),
  ),
  "subscription.deleted": subscriptions("It is no more.", subscription),
} as const;
