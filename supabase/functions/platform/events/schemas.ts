import { z } from "@hono/zod-openapi";
import { id, instant, limit } from "../../../../shared/http/schemas.ts";

const type = z.string().max(100).regex(/^[a-z][a-z_]*\.[a-z][a-z_]*$/, "A type is noun.verbed, as in invoice.paid.")
  .openapi({ example: "invoice.paid" });
const noun = z.string().regex(/^[a-z][a-z_]{0,59}$/, "A noun in snake_case.").openapi({ example: "invoice" });
const traceparent = z.string().regex(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/, "A W3C trace context.")
  .openapi({ example: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
const data = z.record(z.string(), z.unknown()).openapi({ example: { amount: 120, currency: "EUR" } });

const fields = {
  type,
  type_version: z.int().min(1).max(1000).optional().openapi({ description: "The newest when left out." }),
  aggregate_type: noun.optional().openapi({ description: "What its type is declared for, when left out." }),
  aggregate_id: id.openapi({ description: "What it happened to. Events of one id keep their order." }),
  data: data.optional(),
  expected_version: z.int().min(0).optional().openapi({
    description: "Version of the aggregate before this event (0: it is the first), else `409 version_conflict`.",
  }),
  causation_id: id.optional().openapi({ description: "The event or command that led to it." }),
  correlation_id: id.optional().openapi({ description: "The request or workflow it belongs to." }),
  traceparent: traceparent.optional(),
};
const NewEvent = z.strictObject({ organization_id: id.optional(), ...fields }).openapi("NewEvent");

export const mostEvents = 1000;

const alone = new Set(["organization_id", "events"]);

/** One event, or up to 1,000 of one organization. One shape, so that a fault is told with its path. */
export const Publish = z.strictObject({
  organization_id: id,
  events: z.array(NewEvent).min(1).max(mostEvents).optional(),
  ...fields,
  type: type.optional(),
  aggregate_id: fields.aggregate_id.optional(),
}).refine(
  (body) => body.events ? Object.keys(body).every((key) => alone.has(key)) : body.type && body.aggregate_id,
  { path: ["events"], error: "Send `events`, or the `type` and `aggregate_id` of one." },
).openapi("PublishEvents");

export const Published = z.object({
  events: z.array(z.object({
    id,
    aggregate_id: id,
    version: z.int().openapi({ description: "Of the aggregate, after the event." }),
  })),
}).openapi("PublishedEvents");

/** An event as everyone outside gets it. */
export const CloudEvent = z.object({
  specversion: z.literal("1.0"),
  id,
  source: z.string().openapi({ example: "/organizations/0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77" }),
  type: z.string().openapi({ example: "appointment.booked" }),
  subject: z.string().openapi({ description: "`<aggregate type>/<aggregate id>`" }),
  time: instant,
  datacontenttype: z.literal("application/json"),
  dataschema: z.string().openapi({ example: "urn:almanac:event:appointment.booked:1" }),
  data: z.record(z.string(), z.unknown()),
  organizationid: id.optional(),
  aggregatetype: z.string(),
  aggregateid: id,
  aggregateversion: z.int(),
  actorid: id.optional(),
  actorkind: z.enum(["user", "api_key", "service", "guest", "system"]),
  correlationid: id,
  causationid: id.optional(),
  traceparent: z.string().optional(),
}).openapi("CloudEvent");

/** A CloudEvent as another system writes it. Attributes that mean nothing here are let in and left out. */
export const ReceivedCloudEvent = z.looseObject({
  specversion: z.literal("1.0"),
  id: z.string().min(1).max(1000),
  source: z.string().min(1).max(2000),
  type,
  subject: z.string().max(200).optional(),
  datacontenttype: z.string().regex(/^application\/([a-z0-9.-]+\+)?json(;.*)?$/i, "Only JSON data is taken.")
    .optional(),
  dataschema: z.string().max(2000).optional(),
  data: data.optional(),
  data_base64: z.never("Send JSON data.").optional(),
  organizationid: id.optional(),
  aggregatetype: noun.optional(),
  aggregateid: id.optional(),
  expectedversion: z.coerce.number().int().min(0).optional(),
  causationid: id.optional(),
  correlationid: id.optional(),
  traceparent: traceparent.optional(),
});
export type ReceivedCloudEvent = z.infer<typeof ReceivedCloudEvent>;

const pattern = /^(\*|[a-z][a-z_]*\.(\*|[a-z][a-z_]*))$/;
const types = z.string().max(5000).transform((list) => list.split(","))
  .refine((list) => list.length <= 100 && list.every((one) => pattern.test(one)), "Types or patterns, with commas.")
  .openapi({ type: "string", example: "appointment.*,invoice.paid" });

export const ListQuery = z.strictObject({
  organization_id: id,
  types: types.optional(),
  aggregate_type: noun.optional(),
  aggregate_id: id.optional(),
  from: instant.optional().openapi({ description: "Recorded at or after." }),
  to: instant.optional().openapi({ description: "Recorded before." }),
  order: z.enum(["newest", "oldest"]).default("newest").openapi({ description: "Which comes first." }),
  limit: limit(1000, 100),
  cursor: z.string().max(500).optional().openapi({ description: "`next_cursor` of the page before." }),
  after: z.string().max(20_000).optional().openapi({
    description:
      "Follows the log: `now` to begin, then the `after` of the answer before. Not with other filters than `types`.",
  }),
}).refine(({ from, to }) => !from || !to || Date.parse(from) < Date.parse(to), {
  path: ["to"],
  error: "Must be after from.",
}).refine(
  ({ after, aggregate_type, aggregate_id, from, to, cursor }) =>
    after === undefined || [aggregate_type, aggregate_id, from, to, cursor].every((one) => one === undefined),
  { path: ["after"], error: "Goes with `types` and `limit` only." },
);

export const EventPage = z.object({
  items: z.array(CloudEvent),
  next_cursor: z.string().nullable().openapi({ description: "Pass it as `cursor` for the next page; null: the last." }),
  after: z.string().optional().openapi({ description: "When following: what to send next time, however much later." }),
  more: z.boolean().optional().openapi({ description: "When following: whether to ask again at once." }),
}).openapi("EventPage");

export const StreamParameter = z.object({ aggregate_id: id });
export const StreamQuery = z.object({
  after_version: z.coerce.number().int().min(0).default(0).openapi({
    description: "`next_version` of the page before.",
  }),
  limit: limit(1000, 100),
});
export const Stream = z.object({
  aggregate_id: id,
  aggregate_type: z.string(),
  organization_id: id.nullable(),
  version: z.int(),
  items: z.array(CloudEvent),
  next_version: z.int().nullable(),
}).openapi("EventStream");

export const TopicsQuery = z.object({ organization_id: id, types: types.optional() });
export const Topics = z.object({ topics: z.array(z.string()) }).openapi("EventTopics");
