import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { anyoneWithKey, asked, json, withBody } from "../../../../shared/http/contract.ts";
import { problems, security } from "../../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../../shared/http/schemas.ts";
import { OrganizationQuery } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Webhooks"];
const one = "/webhooks/{id}";
const managed = ["permission_denied", "not_found"] as const;
const idempotent = ["invalid_idempotency_key", "idempotency_mismatch"] as const;
const callers = authenticate("user", "key", "service");
const body = <Schema extends Parameters<typeof json>[0]>(schema: Schema) => ({ required: true, ...json(schema) });

export const create = createRoute({
  method: "post",
  path: "/webhooks",
  summary: "Deliver events to an address",
  description:
    "From now on each event of these types is sent there, at least once, signed as Standard Webhooks says. Needs `subscriptions.manage`.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { headers: IdempotencyHeaders, body: body(schemas.CreateWebhook) },
  responses: {
    201: { description: "Made; its secret is told here and never again.", ...json(schemas.CreatedWebhook) },
    ...problems(
      ...asked,
      ...withBody,
      ...managed,
      ...idempotent,
      "url_refused",
      "subscription_exists",
      "too_many_subscriptions",
    ),
  },
});

export const list = createRoute({
  method: "get",
  path: "/webhooks",
  summary: "List webhooks",
  description: "Those of an organization, 100 at most.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { query: OrganizationQuery },
  responses: { 200: { description: "All of them.", ...json(schemas.WebhookList) }, ...problems(...asked, ...managed) },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read a webhook and how it stands",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.Webhook) }, ...problems(...asked, ...managed) },
});

export const update = createRoute({
  method: "patch",
  path: one,
  summary: "Change, pause or resume a webhook",
  description: "What fell due while it was paused or disabled is delivered when it is active again.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter, body: body(schemas.UpdateWebhook) },
  responses: {
    200: { description: "Changed.", ...json(schemas.Webhook) },
    ...problems(
      ...asked,
      ...withBody,
      ...managed,
      "url_refused",
      "subscription_exists",
      "subscription_leased",
      "lanes_apart",
    ),
  },
});

export const remove = createRoute({
  method: "delete",
  path: one,
  summary: "Delete a webhook",
  description: "With its secrets and all that it had not delivered.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter },
  responses: { 204: { description: "Deleted." }, ...problems(...asked, ...managed) },
});

export const rotate = createRoute({
  method: "post",
  path: `${one}/rotate-secret`,
  summary: "Make a new secret",
  description: "For a day, or as said, each delivery is signed with the old one too.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter, headers: IdempotencyHeaders, body: body(schemas.RotateSecret) },
  responses: {
    200: { description: "The new secret, told here and never again.", ...json(schemas.CreatedWebhook) },
    ...problems(...asked, ...withBody, ...managed, ...idempotent),
  },
});

export const test = createRoute({
  method: "post",
  path: `${one}/test`,
  summary: "Send a signed webhook.ping",
  description: "Once, now, whatever its status, and without a retry. It is no event of the log.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter },
  responses: {
    200: { description: "How it went.", ...json(schemas.WebhookTest) },
    ...problems(...asked, ...managed, "too_many_tests"),
  },
});

export const deliveries = createRoute({
  method: "get",
  path: `${one}/deliveries`,
  summary: "List attempts",
  description: "The latest first, one an attempt, for 30 days at least.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter, query: schemas.DeliveriesQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.DeliveryPage) },
    ...problems(...asked, ...managed, "invalid_cursor"),
  },
});

export const deadLetters = createRoute({
  method: "get",
  path: `${one}/dead-letters`,
  summary: "List events that were given up",
  description: "The latest first, kept for 30 days. Needs `events.read` too.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter, query: schemas.DeadLettersQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.WebhookDeadLetters) },
    ...problems(...asked, ...managed),
  },
});

export const redrive = createRoute({
  method: "post",
  path: `${one}/redrive`,
  summary: "Deliver dead letters anew",
  description: "All of them, or those named, each with all its attempts and the same id.",
  tags,
  security: anyoneWithKey,
  middleware: [callers] as const,
  request: { params: IdParameter, headers: IdempotencyHeaders, body: body(schemas.RedriveWebhook) },
  responses: {
    200: { description: "How many.", ...json(schemas.Redriven) },
    ...problems(...asked, ...withBody, ...managed, ...idempotent),
  },
});

export const deliver = createRoute({
  method: "post",
  path: "/webhooks/deliver",
  summary: "Deliver what is due",
  description: "Called by the platform when webhooks are due; it stays while there is traffic.",
  tags: ["Platform"],
  security: [security.jobs],
  middleware: [authenticate("jobs")] as const,
  responses: {
    200: { description: "What was done.", ...json(schemas.DeliveryReport) },
    ...problems("not_authenticated", "invalid_api_key", "jobs_not_configured", "unavailable"),
  },
});
