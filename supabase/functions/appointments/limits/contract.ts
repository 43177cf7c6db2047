import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import * as schemas from "./schemas.ts";

const route = {
  path: "/limits",
  tags: ["Limits"],
  security: member,
  middleware: authenticate("user", "key", "service"),
};

export const list = createRoute({
  ...route,
  method: "get",
  summary: "List an organization's limits",
  description:
    `Those of its services and resources too; the first ${schemas.mostLimits}. For members with \`resources.read\`.`,
  request: { query: schemas.LimitsQuery },
  responses: { 200: { description: "Them.", ...json(schemas.Limits) }, ...problems(...asked) },
});

export const set = createRoute({
  ...route,
  method: "put",
  summary: "Limit what may be booked in a day, a week or a month",
  description:
    "Of one service, of one resource, or across an organization. What is booked already counts, and is kept even beyond a new maximum. Limits of customers do not bind the desk. Needs `services.manage`, for a resource `resources.manage`.",
  request: { body: { required: true, ...json(schemas.SetLimits) } },
  responses: {
    200: { description: "The limits there are now.", ...json(schemas.Limits) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied"),
  },
});
