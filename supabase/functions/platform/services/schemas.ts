import { z } from "@hono/zod-openapi";
import { cursor, id, instant, limit } from "../../../../shared/http/schemas.ts";
import { overlapSeconds, scopes } from "../keys/schemas.ts";

const address = z.url({ protocol: /^https?$/ }).max(2000);
const capability = z.string().regex(/^[a-z][a-z0-9_.-]{0,62}$/).openapi({ example: "scheduling" });
const details = z.record(capability, z.record(z.string(), z.unknown()));
const version = z.string().regex(/^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$/).openapi({ example: "1.4.0" });

const fields = {
  version,
  endpoint: address.openapi({ example: "https://scores.example.com/api" }),
  health_endpoint: address.nullable().openapi({ description: "Asked every 30 seconds; any 2xx is healthy." }),
  capabilities: z.union([z.array(capability).max(100), details]).openapi({
    description: "Words, or an object of words with details.",
  }),
  allowed_scopes: scopes.openapi({ description: "What its tokens may be asked for at most." }),
};

export const RegisteredService = z.object({
  id,
  organization_id: id.nullable().openapi({ description: "Null: the platform's." }),
  name: z.string(),
  version,
  endpoint: z.string().openapi({ description: "Of our own functions: a path below the project's address." }),
  health_endpoint: z.string().nullable(),
  capabilities: z.record(z.string(), z.unknown()),
  status: z.enum(["registered", "healthy", "degraded", "retired"]),
  allowed_scopes: scopes,
  internal: z.boolean(),
  status_changed_at: instant,
  created_at: instant,
  updated_at: instant,
}).openapi("RegisteredService");

const secret = z.string().optional().openapi({
  description: "Told once: an answer to a repeated request is without.",
  example: "alms_9wYh0l0mKq8yXb0u7J3Cw1rT5nV2sD4fG6hJ8kL0pQz",
});

export const NewService = RegisteredService.extend({ client_id: id, client_secret: secret }).openapi("NewService");

export const ServiceDetails = RegisteredService.extend({
  health: z.object({
    failures: z.int().openapi({ description: "In a row." }),
    checked_at: instant.nullable(),
    latency_ms: z.int().nullable(),
    last_error: z.string().nullable().openapi({ description: "For its managers." }),
  }).nullable(),
  grants: z.array(z.object({ organization_id: id, scopes, created_at: instant })).openapi({
    description: "Of organizations whose credentials you manage.",
  }),
  secrets: z.array(z.object({ created_at: instant, expires_at: instant.nullable() })).nullable().openapi({
    description: "How old its secrets are; for its managers.",
  }),
}).openapi("ServiceDetails");

export const RegisterService = z.strictObject({
  organization_id: id.optional().openapi({ description: "Without: a service of the platform, by who runs it." }),
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/).openapi({ example: "scores" }),
  version,
  endpoint: fields.endpoint,
  health_endpoint: fields.health_endpoint.optional(),
  capabilities: fields.capabilities.optional(),
  allowed_scopes: fields.allowed_scopes.optional(),
}).openapi("RegisterService");

export const ChangeService = z.strictObject(fields).partial()
  .refine((changes) => Object.keys(changes).length > 0, "Send a field to change.").openapi("ChangeRegisteredService");

export const ServicesQuery = z.object({
  organization_id: id.optional().openapi({ description: "Its own; without: all that you may see." }),
  status: RegisteredService.shape.status.optional().openapi({ description: "Without: all that are not retired." }),
  limit: limit(200, 50),
  cursor,
});
export const DiscoverQuery = z.object({ capability, organization_id: id.optional() });
export const ServicePage = z.object({ items: z.array(RegisteredService), next_cursor: z.string().nullable() })
  .openapi("ServicePage");
export const Discovered = z.object({ items: z.array(RegisteredService) }).openapi("Discovered");

export const RotateSecret = z.strictObject({ overlap_seconds: overlapSeconds }).openapi("RotateSecret");
export const RotatedSecret = z.object({ client_id: id, client_secret: secret, previous_expires_at: instant })
  .openapi("RotatedSecret");
export const RevokedTokens = z.object({ revoked: z.int() }).openapi("RevokedTokens");

export const GrantParameters = z.object({ id, organization_id: id });
export const GrantScopes = z.strictObject({ scopes }).openapi("GrantScopes");
export const Grant = z.object({
  id,
  service_id: id,
  organization_id: id,
  scopes,
  granted_by: id.nullable(),
  created_at: instant,
})
  .openapi("ServiceGrant");
