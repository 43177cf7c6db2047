import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../../shared/http/schemas.ts";
import { changeRoute, createRouteOf, listRoute, readRoute, removeRoute } from "../collection.ts";
import { ChangeHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Schedules"];
const path = "/schedules";
const one = "/schedules/{id}";

export const list = listRoute(
  {
    tags,
    path,
    summary: "List schedules",
    description: "Published ones; drafts too with `schedules.read`. The oldest first.",
  },
  schemas.SchedulesQuery,
  schemas.SchedulePage,
);

export const read = readRoute(
  { tags, path: one, summary: "Read a schedule", description: "With its rounds, teams and match-ups." },
  schemas.ScheduleDetails,
);

export const create = createRouteOf(
  {
    tags,
    path,
    summary: "Draft a schedule",
    description:
      "All active teams of the sport play in it unless `teams` says otherwise. A draft claims no time. Needs `schedules.manage`.",
  },
  schemas.CreateSchedule,
  schemas.ScheduleDetails,
);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change a schedule",
    description:
      "Fields left out stay; lists are replaced whole. A round is known by its day: games follow it to its new number. " +
      "Of a published schedule only the name changes. Needs `schedules.manage`.",
    refusals: ["schedule_archived", "schedule_published", "round_has_games", "team_has_games"],
  },
  schemas.ChangeSchedule,
  schemas.ScheduleDetails,
);

export const remove = removeRoute({
  tags,
  path: one,
  summary: "Delete a draft",
  description: "With its games, constraints, runs and versions. Needs `schedules.manage`.",
  refusals: ["schedule_archived", "schedule_published"],
});

export const archive = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: `${one}/archive`,
  summary: "Archive a schedule",
  description: "It can be read and changes no more. Twice is once. Needs `schedules.manage`.",
  request: { params: IdParameter, headers: ChangeHeaders },
  responses: {
    200: { description: "Archived.", ...json(schemas.ScheduleDetails) },
    ...problems(...asked, "permission_denied", "not_found", "version_conflict", "games_to_come"),
  },
});

export const copy = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: `${one}/copy`,
  summary: "Copy a schedule",
  description:
    "A draft with the same rounds, teams, match-ups, constraints and games, whatever became of the first. Needs `schedules.manage`.",
  request: {
    params: IdParameter,
    headers: IdempotencyHeaders,
    body: { required: true, ...json(schemas.CopySchedule) },
  },
  responses: {
    201: { description: "Made; `Location` is where.", ...json(schemas.ScheduleDetails) },
    ...problems(...asked, ...withBody, "permission_denied", "not_found", "idempotency_mismatch"),
  },
});
