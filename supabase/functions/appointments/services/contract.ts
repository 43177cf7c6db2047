import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Services"];

export const create = createRoute({
  method: "post",
  path: "/services",
  summary: "Put a service on offer",
  description: "It can be booked once its groups are set. Needs `services.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { headers: schemas.ServiceHeaders, body: { required: true, ...json(schemas.CreateService) } },
  responses: {
    201: { description: "Made.", ...json(schemas.Service) },
    ...problems(...asked, ...withBody, "permission_denied", "idempotency_mismatch"),
  },
});

export const change = createRoute({
  method: "patch",
  path: "/services/{id}",
  summary: "Change a service",
  description: "Fields left out stay; what is booked keeps its terms. Needs `services.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.ChangeService) } },
  responses: {
    200: { description: "Changed.", ...json(schemas.Service) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied"),
  },
});

export const setGroups = createRoute({
  method: "put",
  path: "/services/{id}/groups",
  summary: "Say which resources a service needs",
  description: "Of each group all members, or any one. Replaces the groups there are. Needs `services.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.SetGroups) } },
  responses: {
    204: { description: "Set." },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "conflict"),
  },
});
