import { createRoute, z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, machines, user, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdempotencyHeaders } from "../../../../shared/http/schemas.ts";
import { takeCloudEvents } from "./cloud-events.ts";
import * as schemas from "./schemas.ts";

const tags = ["Events"];
const callers = [...user, ...machines];
const ofOrganization = ["invalid_service_token", "permission_denied", "not_found"] as const;

/** Documented here, read by `takeCloudEvents`: the validator below takes every kind of JSON for the first one. */
const received = z.toJSONSchema(schemas.ReceivedCloudEvent, { io: "input", unrepresentable: "any" });
delete received.$schema;
const cloudEvents = {
  "application/cloudevents+json": { schema: received as object },
  "application/cloudevents-batch+json": { schema: { type: "array" as const, items: received as object } },
};
const native = json(schemas.Publish).content;
const bodies: typeof native = { ...native, ...cloudEvents };

export const publish = createRoute({
  method: "post",
  path: "/events",
  summary: "Publish events",
  description:
    "One event, or up to 1,000 as `events`, all or nothing, in 1 MB. Also as CloudEvents 1.0 in structured mode, one or a batch: " +
    "then `organizationid` and `aggregateid` (or `subject`) say whose and what, and the same `source` and `id` are published once a day.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service"), takeCloudEvents] as const,
  request: {
    headers: IdempotencyHeaders,
    body: { required: true, content: bodies },
  },
  responses: {
    201: { description: "Appended, in this order.", ...json(schemas.Published) },
    ...problems(
      ...asked,
      ...withBody,
      ...ofOrganization,
      "invalid_idempotency_key",
      "organization_mismatch",
      "reserved_event_type",
      "version_conflict",
      "aggregate_mismatch",
      "idempotency_mismatch",
      "unknown_event_type",
      "event_does_not_fit",
    ),
  },
});

export const list = createRoute({
  method: "get",
  path: "/events",
  summary: "Read the log, or follow it",
  description:
    "Pages of what happened in an organization, by type, aggregate and time. With `after` it follows the log: each answer has what " +
    "became visible since the one before, and the next `after`; nothing is missed and nothing comes twice.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.ListQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.EventPage) },
    ...problems(...asked, ...ofOrganization, "invalid_cursor", "cursor_expired"),
  },
});

export const stream = createRoute({
  method: "get",
  path: "/streams/{aggregate_id}",
  summary: "Read all that happened to one thing",
  description: "The oldest first, as far back as the log is kept.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: schemas.StreamParameter, query: schemas.StreamQuery },
  responses: {
    200: { description: "A page of it.", ...json(schemas.Stream) },
    ...problems(...asked, ...ofOrganization),
  },
});

export const topics = createRoute({
  method: "get",
  path: "/events/topics",
  summary: "Where events are hinted",
  description: "The private Realtime topics on which events of these types are hinted, and that the caller may join.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.TopicsQuery },
  responses: { 200: { description: "They.", ...json(schemas.Topics) }, ...problems(...asked, ...ofOrganization) },
});
