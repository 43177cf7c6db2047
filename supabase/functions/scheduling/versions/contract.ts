import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { CommandHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const path = "/schedules/{id}/versions";
const common = {
  tags: ["Versions"],
  security: member,
  middleware: authenticate("user", "key", "service"),
};
const changing = [
  "permission_denied",
  "not_found",
  "version_conflict",
  "schedule_archived",
  "idempotency_mismatch",
] as const;

export const list = createRoute({
  ...common,
  method: "get",
  path,
  summary: "List a schedule's versions",
  description: "The newest first. Needs `schedules.read`; to others there are none.",
  request: { params: IdParameter, query: schemas.VersionsQuery },
  responses: { 200: { description: "A page.", ...json(schemas.VersionPage) }, ...problems(...asked, "not_found") },
});

export const keep = createRoute({
  ...common,
  method: "post",
  path,
  summary: "Keep a version",
  description:
    "Of the games as they stand; it never changes. `If-Match` is the schedule's version. Needs `schedules.manage`.",
  request: { params: IdParameter, headers: CommandHeaders, body: { required: true, ...json(schemas.KeepVersion) } },
  responses: {
    201: { description: "Kept; `ETag` is the schedule's version.", ...json(schemas.Version) },
    ...problems(...asked, ...withBody, ...changing, "too_many_games"),
  },
});

export const read = createRoute({
  ...common,
  method: "get",
  path: `${path}/{number}`,
  summary: "Read a version",
  description: "With its games. Needs `schedules.read`.",
  request: { params: schemas.VersionParameters },
  responses: { 200: { description: "It.", ...json(schemas.VersionWithGames) }, ...problems(...asked, "not_found") },
});

export const restore = createRoute({
  ...common,
  method: "post",
  path: `${path}/{number}/restore`,
  summary: "Restore a version",
  description:
    "The games are those of the version again, but for what has been played, and that is kept as a new version; " +
    "what stood before too, if no version has it. Of a published schedule the claims follow, whole or not at all, and games that the version has not are cancelled. Needs " +
    "`schedules.manage`; `schedules.publish` of a published one.",
  request: { params: schemas.VersionParameters, headers: CommandHeaders },
  responses: {
    200: { description: "Restored; `ETag` is the schedule's version.", ...json(schemas.Restored) },
    ...problems(...asked, ...changing, "invalid_games", "cannot_publish", "too_many_games"),
  },
});

export const diff = createRoute({
  ...common,
  method: "get",
  path: "/schedules/{id}/diff",
  summary: "What is different between two versions",
  description: "Or between one and what stands. By game. Needs `schedules.read`.",
  request: { params: IdParameter, query: schemas.DiffQuery },
  responses: {
    200: { description: "The difference.", ...json(schemas.Diff) },
    ...problems(...asked, "permission_denied", "not_found", "too_many_games"),
  },
});
