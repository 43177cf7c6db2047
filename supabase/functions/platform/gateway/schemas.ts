import { z } from "@hono/zod-openapi";
import { id, idempotencyKey, instant } from "../../../../shared/http/schemas.ts";

const method = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const pathPattern = z.string().regex(/^\/[^ ?#*%]*\*?$/).max(500).openapi({ example: "/v1/messages/*" });

export const OrganizationParameter = z.object({ organization_id: id });
export const ServiceParameter = z.object({ service_id: id });
export const PluginParameter = z.object({ organization_id: id, plugin: z.string().max(60) });

export const Settings = z.object({
  organization_id: id,
  allowed_origins: z.array(z.string()).openapi({ example: ["https://app.example.com"] }),
  updated_at: instant.nullable(),
}).openapi("GatewaySettings");

export const SetSettings = z.strictObject({
  allowed_origins: z.array(z.string().max(300)).max(100).openapi({
    description: "Web pages of these origins may call for the organization; `*` for any.",
  }),
}).openapi("SetGatewaySettings");

const route = {
  access: z.array(z.enum(["user", "key", "service", "guest"])).min(1),
  permission: z.string().nullable().openapi({ description: "What callers need; null: belonging to the organization." }),
  allowed_methods: z.array(method).min(1),
  allowed_paths: z.array(pathPattern).min(1).max(100),
  timeout_ms: z.int().min(10).max(140_000).openapi({ description: "Until the answer begins, all attempts together." }),
  max_body_bytes: z.int().min(0).max(5_368_709_120),
  retries: z.int().min(0).max(5),
  breaker_threshold: z.int().min(1).max(100),
  breaker_seconds: z.int().min(1).max(900),
};

export const Route = z.object({ ...route, updated_at: instant }).openapi("ServiceRoute");
export const SetRoute = z.strictObject(route).partial().openapi("SetServiceRoute");

export const scheme = z.enum(["none", "gateway", "bearer", "basic", "header", "query", "oauth2"]);

export const Adapter = z.object({
  service_id: id,
  organization_id: id,
  name: z.string(),
  version: z.string(),
  endpoint: z.string(),
  status: z.string(),
  scheme,
  parameter: z.string().nullable(),
  username: z.string().nullable(),
  token_url: z.string().nullable(),
  scope: z.string().nullable(),
  has_secret: z.boolean().openapi({ description: "The secret itself is never told." }),
  allow_private: z.boolean(),
  updated_at: instant,
  route: Route.nullable(),
}).openapi("Adapter");

export const SaveAdapter = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/).openapi({ example: "sms" }),
  version: z.string().max(64).optional(),
  endpoint: z.url({ protocol: /^https?$/ }).max(2000).optional().openapi({ description: "Needed the first time." }),
  scheme: scheme.optional(),
  secret: z.string().min(1).max(10_000).optional().openapi({
    description: "Token, password, key or client secret. Kept in Vault; given again when the endpoint changes.",
  }),
  parameter: z.string().max(60).optional().openapi({ description: "Of `header` and `query`: its name." }),
  username: z.string().max(200).optional().openapi({ description: "Of `basic`, and the client id of `oauth2`." }),
  token_url: z.url({ protocol: /^https?$/ }).max(2000).optional(),
  scope: z.string().max(500).optional(),
  allow_private: z.boolean().optional().openapi({ description: "The operator's alone." }),
  route: SetRoute.optional(),
}).openapi("SaveAdapter");

export const AdapterHeaders = z.object({ "idempotency-key": idempotencyKey });
export const Adapters = z.object({ items: z.array(Adapter) }).openapi("Adapters");

export const PluginUse = z.object({
  plugin: z.string(),
  enabled: z.boolean(),
  position: z.int(),
  config: z.record(z.string(), z.unknown()),
  failures: z.int().openapi({ description: "In a row; at ten it is switched off." }),
  failed_total: z.int(),
  last_error: z.string().nullable(),
}).openapi("PluginUse");

export const PluginUses = z.object({ items: z.array(PluginUse) }).openapi("PluginUses");

export const SetPlugin = z.strictObject({
  enabled: z.boolean().default(true),
  position: z.int().min(0).max(1000).default(100).openapi({ description: "Lower runs earlier." }),
  config: z.record(z.string(), z.unknown()).default({}),
}).openapi("SetPlugin");
