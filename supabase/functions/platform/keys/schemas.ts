import { z } from "@hono/zod-openapi";
import { cursor, id, idempotencyKey, instant, limit } from "../../../../shared/http/schemas.ts";

export const scopes = z.array(z.string().max(100)).max(100).openapi({
  description: "Permissions, as `appointments.read`. Nobody gives one that they do not have.",
  example: ["appointments.read", "events.publish"],
});
export const overlapSeconds = z.int().min(0).max(2_592_000).default(86_400).openapi({
  description: "How long the old one stays good; 0 ends it now.",
});

const name = z.string().trim().min(1).max(200).openapi({ example: "Till at the entrance" });
const tier = z.enum(["api_key", "standard", "premium"]).openapi({
  description: "Its rate limit; set by who runs the platform.",
});

export const ApiKey = z.object({
  id,
  organization_id: id,
  name,
  prefix: z.string().openapi({ description: "It begins with `alm_<prefix>_`.", example: "3f9a01bc" }),
  scopes,
  tier,
  expires_at: instant.nullable(),
  last_used_at: instant.nullable().openapi({ description: "To the minute; reads alone are not noted." }),
  revoked_at: instant.nullable(),
  replaces_id: id.nullable(),
  created_by: id.nullable(),
  created_at: instant,
}).openapi("ApiKey");

export const NewApiKey = ApiKey.extend({
  key: z.string().optional().openapi({
    description: "Told once: an answer to a repeated request is without.",
    example: "alm_3f9a01bc_9wYh0l0mKq8yXb0u7J3Cw1rT5nV2sD4fG6hJ8kL0pQz",
  }),
}).openapi("NewApiKey");

export const CreateApiKey = z.strictObject({
  organization_id: id,
  name,
  scopes: scopes.min(1),
  expires_at: instant.optional(),
  tier: tier.optional(),
}).openapi("CreateApiKey");

export const ChangeApiKey = z.strictObject({ name, scopes: scopes.min(1), tier }).partial()
  .refine((changes) => Object.keys(changes).length > 0, "Send a field to change.").openapi("ChangeApiKey");

export const RotateApiKey = z.strictObject({ overlap_seconds: overlapSeconds }).openapi("RotateApiKey");

export const KeysQuery = z.object({ organization_id: id, limit: limit(200, 50), cursor });
export const ApiKeyPage = z.object({ items: z.array(ApiKey), next_cursor: z.string().nullable() }).openapi(
  "ApiKeyPage",
);

export const NewHeaders = z.object({ "idempotency-key": idempotencyKey });
