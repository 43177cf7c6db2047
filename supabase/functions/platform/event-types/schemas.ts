import { z } from "@hono/zod-openapi";
import { cursor, id, idempotencyKey, instant, limit } from "../../../../shared/http/schemas.ts";

const type = z.string().regex(/^[a-z][a-z_]*\.[a-z][a-z_]*$/).max(100).openapi({ example: "invoice.paid" });
const aggregateType = z.string().regex(/^[a-z][a-z_]*$/).max(60).openapi({ example: "invoice" });
const description = z.string().max(500);
const version = z.int().min(1).max(1000);
const status = z.enum(["active", "deprecated", "retired"]);
const jsonSchema = z.record(z.string(), z.unknown()).openapi({
  description: "JSON Schema, draft 2020-12, of the event's `data`: an object.",
  example: { type: "object", required: ["amount"], properties: { amount: { type: "integer", minimum: 0 } } },
});

export const EventType = z.object({
  id,
  organization_id: id.nullable().openapi({
    description: "Null: Almanac's own, whose events come from commands alone.",
  }),
  type,
  version,
  aggregate_type: aggregateType,
  description: z.string(),
  schema: jsonSchema,
  status: status.openapi({ description: "A deprecated version is still taken, a retired one is not." }),
  declared_by: id.nullable(),
  created_at: instant,
  updated_at: instant,
}).openapi("EventType");

export const EventTypePage = z.object({
  items: z.array(EventType),
  next_cursor: z.string().nullable(),
}).openapi("EventTypePage");

export const EventTypesQuery = z.object({
  organization_id: id,
  type: z.string().max(100).regex(/^(\*|[a-z][a-z_]*\.(\*|[a-z][a-z_]*))$/).optional()
    .openapi({ description: "A type or a pattern.", example: "invoice.*" }),
  status: status.optional(),
  own: z.enum(["true", "false"]).optional().openapi({ description: "`true`: without Almanac's own." }),
  limit: limit(200, 100),
  cursor,
});

export const DeclareEventType = z.strictObject({
  organization_id: id,
  type,
  schema: jsonSchema,
  description: description.optional(),
  aggregate_type: aggregateType.optional().openapi({ description: "What it happens to; else the type's noun." }),
  version: version.optional().openapi({ description: "Must be the next one; left out, it is." }),
}).openapi("DeclareEventType");

export const EventTypeHeaders = z.object({ "idempotency-key": idempotencyKey });
