import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { changeRoute, readRoute, removeRoute } from "../collection.ts";
import { CommandHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Constraints"];
const ofSchedule = "/schedules/{id}/constraints";
const one = "/constraints/{id}";
const common = { tags, security: member, middleware: authenticate("user", "key", "service") };

export const list = createRoute({
  ...common,
  method: "get",
  path: ofSchedule,
  summary: "List a schedule's constraints",
  description: "The oldest first. Needs `schedules.read`; to others there are none.",
  request: { params: IdParameter, query: schemas.ConstraintsQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.ConstraintPage) },
    ...problems(...asked, "invalid_cursor", "not_found"),
  },
});

export const add = createRoute({
  ...common,
  method: "post",
  path: ofSchedule,
  summary: "Add a constraint",
  description:
    "`params` fit the schema of its type (GET /constraint-types) and name teams and venues that there are. " +
    "`If-Match` is the schedule's version. Needs `schedules.manage`.",
  request: { params: IdParameter, headers: CommandHeaders, body: { required: true, ...json(schemas.AddConstraint) } },
  responses: {
    201: { description: "Added; `ETag` is its version.", ...json(schemas.Constraint) },
    ...problems(
      ...asked,
      ...withBody,
      "permission_denied",
      "not_found",
      "version_conflict",
      "schedule_archived",
      "invalid_constraint",
      "too_many_constraints",
      "idempotency_mismatch",
    ),
  },
});

export const read = readRoute({ tags, path: one, summary: "Read a constraint" }, schemas.Constraint);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a constraint, or switch it on or off",
    description: "Fields left out stay; its type does. Needs `schedules.manage`.",
    refusals: ["schedule_archived", "invalid_constraint"],
  },
  schemas.ChangeConstraint,
  schemas.Constraint,
);

export const remove = removeRoute({
  tags,
  path: one,
  summary: "Delete a constraint",
  description: "Needs `schedules.manage`.",
  refusals: ["schedule_archived"],
});
