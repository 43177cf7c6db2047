import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, user, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["API keys"];
const one = "/keys/{id}";

export const create = createRoute({
  method: "post",
  path: "/keys",
  summary: "Make an API key",
  description: "For programs of an organization, which send it as `x-api-key`. Needs `credentials.manage`.",
  tags,
  security: user,
  middleware: [authenticate("user")] as const,
  request: { headers: schemas.NewHeaders, body: { required: true, ...json(schemas.CreateApiKey) } },
  responses: {
    201: { description: "Made.", ...json(schemas.NewApiKey) },
    ...problems(...asked, ...withBody, "permission_denied", "scope_not_yours", "idempotency_mismatch"),
  },
});

export const list = createRoute({
  method: "get",
  path: "/keys",
  summary: "List an organization's API keys",
  description: "Those that ended too. Whoever does not manage its credentials gets an empty list.",
  tags,
  security: user,
  middleware: [authenticate("user")] as const,
  request: { query: schemas.KeysQuery },
  responses: {
    200: { description: "A page, the oldest first.", ...json(schemas.ApiKeyPage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const change = createRoute({
  method: "patch",
  path: one,
  summary: "Change an API key",
  description: "Its name or scopes, from the next request on.",
  tags,
  security: user,
  middleware: [authenticate("user")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.ChangeApiKey) } },
  responses: {
    200: { description: "Changed.", ...json(schemas.ApiKey) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "scope_not_yours", "credential_revoked"),
  },
});

export const rotate = createRoute({
  method: "post",
  path: `${one}/rotate`,
  summary: "Replace an API key",
  description: "Makes a new one with the same scopes; the old one stays good for the overlap.",
  tags,
  security: user,
  middleware: [authenticate("user")] as const,
  request: {
    params: IdParameter,
    headers: schemas.NewHeaders,
    body: { required: true, ...json(schemas.RotateApiKey) },
  },
  responses: {
    201: { description: "The new one.", ...json(schemas.NewApiKey) },
    ...problems(...asked, ...withBody, "not_found", "scope_not_yours", "credential_revoked", "idempotency_mismatch"),
  },
});

export const revoke = createRoute({
  method: "delete",
  path: one,
  summary: "Revoke an API key",
  description: "It ends with the next request. Twice is once.",
  tags,
  security: user,
  middleware: [authenticate("user")] as const,
  request: { params: IdParameter },
  responses: { 200: { description: "Revoked.", ...json(schemas.ApiKey) }, ...problems(...asked, "not_found") },
});
