import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Optimization"];

export const optimize = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/schedules/{id}/optimize",
  summary: "Search for a better schedule",
  description:
    "In slices, beside the runs of others; its progress is told on `optimization_run:<id>`. The result is a version of the schedule. Needs `schedules.manage`.",
  request: {
    params: IdParameter,
    headers: schemas.CommandHeaders,
    body: { required: true, ...json(schemas.Optimize) },
  },
  responses: {
    202: { description: "Under way; `Location` is the run.", ...json(schemas.Run) },
    ...problems(
      ...asked,
      ...withBody,
      "not_found",
      "permission_denied",
      "version_conflict",
      "schedule_archived",
      "too_many_runs",
      "nothing_to_optimize",
      "too_many_games",
      "idempotency_mismatch",
    ),
  },
});

export const list = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: "/schedules/{id}/runs",
  summary: "List the runs of a schedule",
  description: "In the order they were asked for. Needs `schedules.read`.",
  request: { params: IdParameter, query: schemas.RunsQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.RunPage) },
    ...problems(...asked, "not_found", "invalid_cursor"),
  },
});

export const read = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: "/runs/{id}",
  summary: "See how a run goes",
  request: { params: IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.Run) }, ...problems(...asked, "not_found") },
});

export const cancel = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/runs/{id}/cancel",
  summary: "End a run",
  description: "At once; the best so far is kept if wished. Twice is once. Needs `schedules.manage`.",
  request: { params: IdParameter, headers: schemas.ChangeHeaders, body: json(schemas.CancelRun) },
  responses: {
    200: { description: "Cancelled.", ...json(schemas.Run) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "version_conflict", "run_over"),
  },
});

export const apply = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/runs/{id}/apply",
  summary: "Put a run's result into the draft",
  description: "In place of the games there. `If-Match` is the schedule's version. Needs `schedules.manage`.",
  request: { params: IdParameter, headers: schemas.CommandHeaders },
  responses: {
    200: { description: "The schedule, with its new ETag.", ...json(schemas.AppliedSchedule) },
    ...problems(
      ...asked,
      "not_found",
      "permission_denied",
      "version_conflict",
      "run_without_result",
      "schedule_published",
      "schedule_archived",
      "invalid_games",
      "idempotency_mismatch",
    ),
  },
});
