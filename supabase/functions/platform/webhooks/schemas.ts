import { z } from "@hono/zod-openapi";
import { cursor, id, instant, limit } from "../../../../shared/http/schemas.ts";

const secret = z.string().openapi({
  example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA0kLYYF7CUE=",
  description: "Signs each delivery (Standard Webhooks). Told here and never again.",
});
const url = z.string().min(1).max(2000).openapi({
  example: "https://example.com/almanac",
  description: "https, a public server, no credentials. Redirects are not followed.",
});
const timeout = z.int().min(1).max(30).openapi({ description: "Seconds to the headers of the answer." });
const types = z.array(z.string().min(1).max(200)).min(1).max(100).openapi({
  example: ["appointment.*"],
  description: "Types, or patterns of them: `appointment.*`, `*`.",
});
const members = z.int().min(1).max(64).openapi({
  description: "Lanes that are delivered side by side; what belongs to one aggregate stays in order.",
});

export const Webhook = z.object({
  id,
  organization_id: id.nullable(),
  name: z.string(),
  types: z.array(z.string()),
  url: z.string(),
  timeout_seconds: timeout,
  members,
  max_attempts: z.int(),
  status: z.enum(["active", "paused", "disabled", "behind"]).openapi({
    description: "`disabled`: it answered 410, or failed for three days; set it to `active` once it is mended.",
  }),
  status_reason: z.string().nullable(),
  failing_since: instant.nullable(),
  breaker: z.enum(["closed", "open", "half_open"]).openapi({
    description: "`open`: nothing is sent until `retry_at`.",
  }),
  retry_at: instant.nullable(),
  missed: z.unknown().nullable().openapi({ description: "What the log forgot before it was delivered." }),
  secrets: z.array(z.object({ secret_id: id, created_at: instant, expires_at: instant.nullable() })).openapi({
    description: "The secrets that sign now, without their values; the current one first.",
  }),
  created_at: instant,
  updated_at: instant,
}).openapi("Webhook");

export const CreatedWebhook = Webhook.extend({ secret }).openapi("CreatedWebhook");
export const WebhookList = z.object({ items: z.array(Webhook) }).openapi("WebhookList");

export const CreateWebhook = z.strictObject({
  organization_id: id,
  name: z.string().trim().min(1).max(100),
  types,
  url,
  timeout_seconds: timeout.optional(),
  members: members.optional(),
  max_attempts: z.int().min(1).max(100).optional(),
}).openapi("CreateWebhook");

export const UpdateWebhook = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  types: types.optional(),
  url: url.optional(),
  timeout_seconds: timeout.optional(),
  members: members.optional(),
  max_attempts: z.int().min(1).max(100).optional(),
  status: z.enum(["active", "paused"]).optional(),
}).refine((changes) => Object.keys(changes).length > 0, "Send what is to change.").openapi("UpdateWebhook");

export const RotateSecret = z.strictObject({
  overlap_hours: z.int().min(0).max(168).default(24).openapi({
    description: "For so long each delivery is signed with the old secret too. 0: it has leaked.",
  }),
}).openapi("RotateSecret");

export const WebhookTest = z.object({
  event_id: id,
  delivered: z.boolean(),
  status: z.int().nullable(),
  latency_ms: z.int(),
  error: z.string().nullable(),
}).openapi("WebhookTest");

export const DeliveriesQuery = z.object({
  outcome: z.enum(["delivered", "failed", "dead"]).optional(),
  event_id: id.optional(),
  limit: limit(200, 50),
  cursor,
});

export const Delivery = z.object({
  id,
  at: instant,
  event_id: id,
  event_type: z.string(),
  attempt: z.int(),
  outcome: z.enum(["delivered", "failed", "dead"]),
  status: z.int().nullable(),
  latency_ms: z.int(),
  error: z.string().nullable(),
}).openapi("WebhookDelivery");

export const DeliveryPage = z.object({
  items: z.array(Delivery),
  next_cursor: z.string().nullable(),
}).openapi("WebhookDeliveryPage");

export const DeadLettersQuery = z.object({
  limit: limit(200, 50),
  before_id: z.coerce.number().int().positive().optional().openapi({
    description: "`next_before_id` of the page before.",
  }),
});

export const WebhookDeadLetters = z.object({
  items: z.array(z.object({
    id: z.int(),
    event: z.record(z.string(), z.unknown()).openapi({ description: "The CloudEvent." }),
    attempts: z.int(),
    last_error: z.string().nullable(),
    dead_at: instant,
  })),
  next_before_id: z.int().nullable(),
}).openapi("WebhookDeadLetters");

export const RedriveWebhook = z.strictObject({
  event_ids: z.array(id).min(1).max(1000).optional().openapi({ description: "All of them when left out." }),
}).openapi("RedriveWebhook");

export const Redriven = z.object({ redriven: z.int() }).openapi("RedrivenWebhook");

export const DeliveryReport = z.object({
  delivered: z.int(),
  failed: z.int(),
  more: z.boolean().openapi({ description: "Whether it stopped while there was traffic." }),
}).openapi("WebhookDeliveryReport");
