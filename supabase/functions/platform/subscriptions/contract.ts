import { createRoute, type z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, user, withBody } from "../../../../shared/http/contract.ts";
import { problems, security } from "../../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const one = "/subscriptions/{id}";
const common = {
  tags: ["Subscriptions"],
  security: [...user, security.operator],
  middleware: authenticate("user", "key", "service", "operator"),
};
const delivery = { ...common, tags: ["Pulling events"] };
const body = <Schema extends z.ZodType>(schema: Schema) => ({ required: true as const, ...json(schema) });
const optional = <Schema extends z.ZodType>(schema: Schema) => ({ required: false as const, ...json(schema) });
const ofOne = ["not_found", "permission_denied", "invalid_service_token"] as const;
const keyed = ["invalid_idempotency_key", "idempotency_mismatch"] as const;

export const list = createRoute({
  ...common,
  method: "get",
  path: "/subscriptions",
  summary: "List the subscriptions of an organization",
  description: "Needs `events.read`.",
  request: { query: schemas.ListQuery },
  responses: { 200: { description: "All of them.", ...json(schemas.Subscriptions) }, ...problems(...asked, ...ofOne) },
});

export const create = createRoute({
  ...common,
  method: "post",
  path: "/subscriptions",
  summary: "Subscribe to events",
  description:
    "From now on, until deleted; what came before can be replayed. At least once, each time with the same id, in order per aggregate. " +
    "Needs `subscriptions.manage` and `events.read`.",
  request: { headers: IdempotencyHeaders, body: body(schemas.CreateSubscription) },
  responses: {
    201: { description: "Subscribed.", ...json(schemas.Subscription) },
    ...problems(...asked, ...withBody, ...ofOne, ...keyed, "subscription_exists", "too_many_subscriptions"),
  },
});

export const read = createRoute({
  ...common,
  method: "get",
  path: one,
  summary: "Read a subscription",
  description: "Needs `events.read`.",
  request: { params: IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.Subscription) }, ...problems(...asked, ...ofOne) },
});

export const change = createRoute({
  ...common,
  method: "patch",
  path: one,
  summary: "Change a subscription",
  description:
    "Other types hold for what was not claimed yet. Another number of members keeps the order of each aggregate: nobody may hold a claim meanwhile. Needs `subscriptions.manage`.",
  request: { params: IdParameter, body: body(schemas.ChangeSubscription) },
  responses: {
    200: { description: "Changed.", ...json(schemas.Subscription) },
    ...problems(...asked, ...withBody, ...ofOne, "subscription_exists", "subscription_leased", "lanes_apart"),
  },
});

export const remove = createRoute({
  ...common,
  method: "delete",
  path: one,
  summary: "Delete a subscription",
  description: "With all that it had not delivered. Needs `subscriptions.manage`.",
  request: { params: IdParameter },
  responses: { 204: { description: "Deleted." }, ...problems(...asked, ...ofOne) },
});

export const pause = createRoute({
  ...common,
  method: "post",
  path: `${one}/pause`,
  summary: "Pause a subscription",
  description: "Nothing is handed out; what is claimed may still be acknowledged. Needs `subscriptions.manage`.",
  request: { params: IdParameter },
  responses: { 200: { description: "Paused.", ...json(schemas.Subscription) }, ...problems(...asked, ...ofOne) },
});

export const resume = createRoute({
  ...common,
  method: "post",
  path: `${one}/resume`,
  summary: "Resume a subscription",
  description:
    "From where it stopped. If it was `behind`, `missed` is what the log has forgotten meanwhile. Needs `subscriptions.manage`.",
  request: { params: IdParameter },
  responses: { 200: { description: "Active.", ...json(schemas.Subscription) }, ...problems(...asked, ...ofOne) },
});

export const stats = createRoute({
  ...common,
  method: "get",
  path: `${one}/stats`,
  summary: "How a subscription stands",
  description: "Its lag, members, failed events and replays. Needs `events.read`.",
  request: { params: IdParameter },
  responses: { 200: { description: "So.", ...json(schemas.Stats) }, ...problems(...asked, ...ofOne) },
});

export const replay = createRoute({
  ...common,
  method: "post",
  path: `${one}/replay`,
  summary: "Deliver a range of the log once more",
  description:
    "Beside what is new, with the same event ids, marked `replayed`. Up to the log's age. Needs `subscriptions.manage` and `events.read`.",
  request: { params: IdParameter, headers: IdempotencyHeaders, body: body(schemas.Replay) },
  responses: {
    201: { description: "Begun.", ...json(schemas.StartedReplay) },
    ...problems(...asked, ...withBody, ...ofOne, ...keyed, "too_many_replays"),
  },
});

export const deadLetters = createRoute({
  ...common,
  method: "get",
  path: `${one}/dead-letters`,
  summary: "List dead letters",
  description: "Events that failed for good, the latest first, kept for 30 days. Needs `events.read`.",
  request: { params: IdParameter, query: schemas.DeadLettersQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.DeadLetters) },
    ...problems(...asked, ...ofOne, "invalid_cursor"),
  },
});

export const redrive = createRoute({
  ...common,
  method: "post",
  path: `${one}/redrive`,
  summary: "Deliver dead letters anew",
  description: "All of them or those named, each with all its attempts. Needs `subscriptions.manage`.",
  request: { params: IdParameter, headers: IdempotencyHeaders, body: optional(schemas.Redrive) },
  responses: {
    200: { description: "They come again.", ...json(schemas.Redriven) },
    ...problems(...asked, ...withBody, ...ofOne, ...keyed),
  },
});

const pulled = [...ofOne, "subscription_is_pushed"] as const;

export const claim = createRoute({
  ...delivery,
  method: "post",
  path: `${one}/claim`,
  summary: "Claim events",
  description:
    "Leases the next events of a member to whoever asks first: those that failed and are due, then the log, then replays. What is not acknowledged when the lease ends comes again. Needs `events.read`.",
  request: { params: IdParameter, body: optional(schemas.Claim) },
  responses: {
    200: { description: "Yours, or none.", ...json(schemas.Claimed) },
    ...problems(...asked, ...withBody, ...pulled, "subscription_not_active"),
  },
});

export const ack = createRoute({
  ...delivery,
  method: "post",
  path: `${one}/ack`,
  summary: "Acknowledge events",
  description: "Twice is once. Needs `events.read`.",
  request: { params: IdParameter, body: body(schemas.Ack) },
  responses: {
    200: { description: "Delivered.", ...json(schemas.Acked) },
    ...problems(...asked, ...withBody, ...pulled, "lease_lost"),
  },
});

export const nack = createRoute({
  ...delivery,
  method: "post",
  path: `${one}/nack`,
  summary: "Say that an event could not be handled",
  description:
    "It comes again later, those of its aggregate behind it; after the last attempt it is a dead letter. The rest of the claim goes on. Needs `events.read`.",
  request: { params: IdParameter, body: body(schemas.Nack) },
  responses: {
    200: { description: "Noted.", ...json(schemas.Nacked) },
    ...problems(...asked, ...withBody, ...pulled, "lease_lost"),
  },
});

export const extend = createRoute({
  ...delivery,
  method: "post",
  path: `${one}/extend`,
  summary: "Ask for more time",
  description: "Counted from now. Needs `events.read`.",
  request: { params: IdParameter, body: body(schemas.Extend) },
  responses: {
    200: { description: "Granted.", ...json(schemas.Extended) },
    ...problems(...asked, ...withBody, ...pulled, "lease_lost"),
  },
});
