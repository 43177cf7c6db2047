import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, user, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import * as schemas from "./schemas.ts";

const tags = ["Gateway"];
const of = "/gateway/{organization_id}";
const shared = { tags, security: user, middleware: authenticate("user", "key", "service") };

export const readSettings = createRoute({
  ...shared,
  method: "get",
  path: `${of}/settings`,
  summary: "Read which web pages may call",
  request: { params: schemas.OrganizationParameter },
  responses: { 200: { description: "They.", ...json(schemas.Settings) }, ...problems(...asked) },
});

export const setSettings = createRoute({
  ...shared,
  method: "put",
  path: `${of}/settings`,
  summary: "Set which web pages may call",
  description: "Needs `gateway.manage`, as all of this.",
  request: { params: schemas.OrganizationParameter, body: { required: true, ...json(schemas.SetSettings) } },
  responses: {
    200: { description: "Set.", ...json(schemas.Settings) },
    ...problems(...asked, ...withBody, "permission_denied", "not_found"),
  },
});

export const listAdapters = createRoute({
  ...shared,
  method: "get",
  path: `${of}/adapters`,
  summary: "List adapters",
  request: { params: schemas.OrganizationParameter },
  responses: { 200: { description: "All.", ...json(schemas.Adapters) }, ...problems(...asked, "permission_denied") },
});

export const saveAdapter = createRoute({
  ...shared,
  method: "put",
  path: `${of}/adapters`,
  summary: "Make or change an adapter",
  description: "By its name. What is left out stays as it is; the secret goes to Vault.",
  request: {
    params: schemas.OrganizationParameter,
    headers: schemas.AdapterHeaders,
    body: { required: true, ...json(schemas.SaveAdapter) },
  },
  responses: {
    200: { description: "Saved.", ...json(schemas.Adapter) },
    ...problems(...asked, ...withBody, "permission_denied", "service_name_taken", "idempotency_mismatch", "not_found"),
  },
});

export const removeAdapter = createRoute({
  ...shared,
  method: "delete",
  path: "/gateway/adapters/{service_id}",
  summary: "Remove an adapter",
  description: "Its credential is forgotten, its name is free again.",
  request: { params: schemas.ServiceParameter },
  responses: { 204: { description: "Removed." }, ...problems(...asked, "not_found") },
});

export const setRoute = createRoute({
  ...shared,
  method: "patch",
  path: "/gateway/routes/{service_id}",
  summary: "Change how a service is called",
  request: { params: schemas.ServiceParameter, body: { required: true, ...json(schemas.SetRoute) } },
  responses: {
    200: { description: "Changed.", ...json(schemas.Route) },
    ...problems(...asked, ...withBody, "not_found"),
  },
});

export const listPlugins = createRoute({
  ...shared,
  method: "get",
  path: `${of}/plugins`,
  summary: "List the plugins in use",
  request: { params: schemas.OrganizationParameter },
  responses: { 200: { description: "In their order.", ...json(schemas.PluginUses) }, ...problems(...asked) },
});

export const setPlugin = createRoute({
  ...shared,
  method: "put",
  path: `${of}/plugins/{plugin}`,
  summary: "Switch a plugin on or off",
  request: { params: schemas.PluginParameter, body: { required: true, ...json(schemas.SetPlugin) } },
  responses: {
    200: { description: "Set.", ...json(schemas.PluginUse) },
    ...problems(...asked, ...withBody, "permission_denied", "not_found"),
  },
});
