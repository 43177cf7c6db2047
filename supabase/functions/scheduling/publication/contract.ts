import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member } from "../../../../shared/http/contract.ts";
import type { Code } from "../../../../shared/http/error-codes.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { CommandHeaders } from "../schemas.ts";
import { Conflicts, Schedule } from "./schemas.ts";

const command = <Path extends string>(
  path: Path,
  about: { summary: string; description: string; done: string; refusals: readonly Code[] },
) =>
  createRoute({
    method: "post",
    path,
    summary: about.summary,
    description: `${about.description} Needs \`schedules.publish\`.`,
    tags: ["Publication"],
    security: member,
    middleware: authenticate("user", "key", "service"),
    request: { params: IdParameter, headers: CommandHeaders },
    responses: {
      200: { description: about.done, ...json(Schedule) },
      ...problems(
        ...asked,
        "permission_denied",
        "not_found",
        "version_conflict",
        "schedule_archived",
        "idempotency_mismatch",
        ...about.refusals,
      ),
    },
  });

export const publish = command("/schedules/{id}/publish", {
  summary: "Publish a schedule",
  description:
    "Takes the time of both teams and the venue for every game, from setting up to clearing away: all or none. What is in " +
    "the way is told in full: `conflicts` of {game_id, kind, resource_id, resource_name, other_game_id, starts_at, ends_at}, " +
    "where kind is what else is there (appointment, hold, game, block), closed, absence, busy or retired, or that the game has " +
    "no_start or no_venue. A team or venue without weekly hours is open but on dates that are overridden. Keeps a version.",
  done: "Published.",
  refusals: ["schedule_published", "cannot_publish", "too_many_games"],
});

export const unpublish = command("/schedules/{id}/unpublish", {
  summary: "Take a schedule back",
  description: "It is a draft again, and its games give all their time back.",
  done: "A draft again.",
  refusals: ["schedule_not_published"],
});

export const check = createRoute({
  method: "get",
  path: "/schedules/{id}/conflicts",
  summary: "What is in the way of publishing",
  description:
    "As publishing would say now, while nothing is taken. Of a published schedule: what has come between since, " +
    "as absences and closed hours touch no game by themselves. Needs `schedules.manage`.",
  tags: ["Publication"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter },
  responses: {
    200: { description: "What is in the way; nothing, if `total` is 0.", ...json(Conflicts) },
    ...problems(...asked, "permission_denied", "not_found", "schedule_archived", "too_many_games"),
  },
});
