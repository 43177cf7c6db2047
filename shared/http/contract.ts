import type { z } from "@hono/zod-openapi";
import { security } from "./openapi.ts";

/** What routes of every function are put together from. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { "application/json": { schema } } });
export const asked = [
  "not_authenticated",
  "invalid_token",
  "invalid_api_key",
  "invalid_service_token",
  "invalid_input",
  "unavailable",
] as const;
export const withBody = ["invalid_json", "payload_too_large", "unsupported_media_type"] as const;

export const user = [security.user];
/** Programs of an organization, and registered services. */
export const machines = [security.key, security.service];
export const member = [...user, ...machines];
export const anyoneWithKey = [security.user, security.publishable, ...machines];
