import { z } from "@hono/zod-openapi";
import { id, instant, limit } from "../../../../shared/http/schemas.ts";
import { CloudEvent } from "../events/schemas.ts";

const name = z.string().min(1).max(100);
const type = z.string().max(200).regex(
  /^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*(\.\*)?)$/,
  "A type is like appointment.booked, a pattern like appointment.* or *.",
);
const types = z.array(type).min(1).max(100).openapi({ example: ["appointment.*", "invoice.paid"] });
const members = z.int().min(1).max(64).openapi({
  description: "Lanes that can be worked side by side. Events of one aggregate are always in the same lane, in order.",
});
const maxAttempts = z.int().min(1).max(100).openapi({
  description: "Deliveries of an event before it is a dead letter.",
});

export const Missed = z.object({ from: instant, to: instant, events: z.int() }).nullable().openapi({
  description: "What the log has forgotten before it was delivered, while the subscription was `behind`.",
});

export const Subscription = z.object({
  id,
  organization_id: id.nullable().openapi({ description: "Null: the operator's own, of all organizations." }),
  name,
  types: z.array(z.string()),
  delivery: z.enum(["pull", "webhook"]),
  members: z.int(),
  max_attempts: z.int(),
  status: z.enum(["active", "paused", "disabled", "behind"]),
  status_reason: z.string().nullable(),
  missed: Missed,
  created_by: id.nullable(),
  created_at: instant,
  updated_at: instant,
}).openapi("Subscription");

export const ListQuery = z.strictObject({
  organization_id: id.optional().openapi({ description: "Left out: the operator's own, for a secret key." }),
});
export const Subscriptions = z.object({ items: z.array(Subscription) }).openapi("Subscriptions");

export const CreateSubscription = z.strictObject({
  organization_id: id.optional().openapi({ description: "Left out: events of all organizations, for a secret key." }),
  name,
  types,
  members: members.optional(),
  max_attempts: maxAttempts.optional(),
}).openapi("CreateSubscription");

export const ChangeSubscription = z.strictObject({
  name: name.optional(),
  types: types.optional(),
  members: members.optional(),
  max_attempts: maxAttempts.optional(),
}).refine((body) => Object.keys(body).length > 0, "Send what is to change.").openapi("ChangeSubscription");

export const Claim = z.strictObject({
  member: z.int().min(0).max(63).optional().openapi({ description: "Left out: any that is free." }),
  max_events: z.int().min(1).max(1000).optional().openapi({ description: "100 when left out." }),
  lease_seconds: z.int().min(1).max(3600).optional().openapi({ description: "60 when left out." }),
}).openapi("ClaimEvents");

export const Claimed = z.object({
  member: z.int().nullable(),
  lease_token: id.nullable().openapi({ description: "Null where nothing is to be had: nothing is leased." }),
  leased_until: instant.nullable(),
  events: z.array(z.object({
    event: CloudEvent,
    attempt: z.int().openapi({ description: "1: it is handed out for the first time." }),
    replayed: z.boolean(),
  })),
}).openapi("ClaimedEvents");

export const Ack = z.strictObject({
  lease_token: id,
  event_ids: z.array(id).max(1000).optional().openapi({ description: "Left out: all that the claim holds." }),
}).openapi("AckEvents");
export const Acked = z.object({
  remaining: z.int().openapi({ description: "What the claim still holds; 0: it is over." }),
}).openapi("AckedEvents");

export const Nack = z.strictObject({
  lease_token: id,
  event_id: id,
  error: z.string().max(2000).optional(),
  retry_after_seconds: z.int().min(0).max(604_800).optional().openapi({
    description: "Left out: 1 s, 2 s, 4 s … an hour, with jitter.",
  }),
  dead: z.boolean().optional().openapi({ description: "It can never be handled: a dead letter at once." }),
}).openapi("NackEvent");
export const Nacked = z.object({
  event_id: id,
  status: z.enum(["waiting", "dead"]),
  attempts: z.int(),
  run_at: instant.nullable(),
  parked: z.array(id).openapi({
    description:
      "Later events of its aggregate, which the claim holds no more: they come after it. Do not handle them.",
  }),
  remaining: z.int(),
}).openapi("NackedEvent");

export const Extend = z.strictObject({ lease_token: id, seconds: z.int().min(1).max(3600) }).openapi("ExtendClaim");
export const Extended = z.object({ leased_until: instant }).openapi("ExtendedClaim");

export const DeadLettersQuery = z.strictObject({
  limit: limit(500, 100),
  cursor: z.string().max(100).optional().openapi({ description: "`next_cursor` of the page before." }),
});
export const DeadLetters = z.object({
  items: z.array(z.object({
    event: CloudEvent,
    attempts: z.int(),
    last_error: z.string().nullable(),
    replayed: z.boolean(),
    dead_at: instant,
  })),
  next_cursor: z.string().nullable(),
}).openapi("DeadLetters");

export const Redrive = z.strictObject({
  event_ids: z.array(id).min(1).max(1000).optional().openapi({ description: "Left out: all." }),
}).openapi("RedriveDeadLetters");
export const Redriven = z.object({ redriven: z.int() }).openapi("RedrivenDeadLetters");

export const Replay = z.strictObject({
  starts_at: instant,
  ends_at: instant.optional().openapi({ description: "Now when left out." }),
  types: types.optional().openapi({ description: "Of the subscription's types only these." }),
}).openapi("ReplayEvents");
export const StartedReplay = z.object({
  id: z.int(),
  subscription_id: id,
  starts_at: instant,
  ends_at: instant,
  types: z.array(z.string()),
  sent: z.int().openapi({ description: "How many events were taken up so far." }),
  created_at: instant,
  finished_at: instant.nullable().openapi({ description: "When the last was taken up." }),
}).openapi("Replay");

export const Stats = z.object({
  status: Subscription.shape.status,
  lag_events: z.int().openapi({ description: "Undelivered events, counted up to 10,000." }),
  lag_events_exceeded: z.boolean().openapi({ description: "Whether there are more than that." }),
  lag_seconds: z.number().openapi({ description: "Age of the oldest undelivered event." }),
  oldest_undelivered_at: instant.nullable(),
  members: z.array(z.object({
    member: z.int(),
    claimed: z.int(),
    leased_until: instant.nullable(),
    claimed_at: instant.nullable(),
  })),
  leased: z.int().openapi({ description: "Members whose events somebody holds now." }),
  waiting: z.int().openapi({ description: "Events that failed and come again." }),
  parked: z.int().openapi({ description: "Events behind one of their aggregate that failed." }),
  replaying: z.int(),
  dead: z.int(),
  replays: z.array(StartedReplay).openapi({ description: "The latest twenty." }),
}).openapi("SubscriptionStats");
