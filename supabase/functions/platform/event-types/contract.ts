import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, machines, user, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Types of events"];
const callers = [...user, ...machines];
const one = "/event-types/{id}";

export const list = createRoute({
  method: "get",
  path: "/event-types",
  summary: "List types of events",
  description: "Almanac's own, and with `events.read` the organization's. By type, the newest version first.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.EventTypesQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.EventTypePage) },
    ...problems(...asked, "invalid_service_token", "invalid_cursor"),
  },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read a version of a type",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter },
  responses: {
    200: { description: "It.", ...json(schemas.EventType) },
    ...problems(...asked, "invalid_service_token", "not_found"),
  },
});

export const declare = createRoute({
  method: "post",
  path: "/event-types",
  summary: "Declare a type of event, or its next version",
  description:
    "Needs `events.publish`. Versions never change; what the newest one says already is answered and not declared again, so that a service may declare its types each time it starts.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { headers: schemas.EventTypeHeaders, body: { required: true, ...json(schemas.DeclareEventType) } },
  responses: {
    201: { description: "Declared.", ...json(schemas.EventType) },
    ...problems(
      ...asked,
      ...withBody,
      "invalid_service_token",
      "not_found",
      "permission_denied",
      "reserved_event_type",
      "invalid_schema",
      "version_conflict",
      "too_many_event_types",
      "idempotency_mismatch",
    ),
  },
});

const moved = ["invalid_service_token", "not_found", "permission_denied", "reserved_event_type"] as const;

export const deprecate = createRoute({
  method: "post",
  path: `${one}/deprecate`,
  summary: "Deprecate a version of a type",
  description: "It is still taken; consumers and publishers are told to move on. Needs `events.publish`.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter },
  responses: { 200: { description: "Deprecated.", ...json(schemas.EventType) }, ...problems(...asked, ...moved) },
});

export const retire = createRoute({
  method: "delete",
  path: one,
  summary: "Retire a version of a type",
  description: "It is no longer taken, and stays for who reads the log. Not undone. Needs `events.publish`.",
  tags,
  security: callers,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter },
  responses: { 200: { description: "Retired.", ...json(schemas.EventType) }, ...problems(...asked, ...moved) },
});
