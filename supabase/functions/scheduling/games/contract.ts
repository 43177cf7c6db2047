import { createRoute, type z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import type { Code } from "../../../../shared/http/error-codes.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { changeRoute, listRoute, readRoute, removeRoute } from "../collection.ts";
import { ChangeHeaders, CommandHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Games"];
const ofSchedule = "/schedules/{id}/games";
const one = "/games/{id}";
const common = { tags, security: member, middleware: authenticate("user", "key", "service") };
const changing = ["permission_denied", "not_found", "version_conflict", "schedule_archived"] as const;
const needs = "Needs `schedules.manage`; `schedules.publish` once it is published.";

export const list = listRoute(
  {
    tags,
    path: "/games",
    summary: "List an organization's games",
    description: "Published ones; drafts too with `schedules.read`. By day.",
  },
  schemas.GamesQuery,
  schemas.GamePage,
);

export const listOfSchedule = createRoute({
  ...common,
  method: "get",
  path: ofSchedule,
  summary: "List a schedule's games",
  description: "By day. Of a draft with `schedules.read`.",
  request: { params: IdParameter, query: schemas.ScheduleGamesQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.GamePage) },
    ...problems(...asked, "invalid_cursor", "not_found"),
  },
});

export const add = createRoute({
  ...common,
  method: "post",
  path: ofSchedule,
  summary: "Add a game",
  description: `\`If-Match\` is the schedule's version. ${needs}`,
  request: { params: IdParameter, headers: CommandHeaders, body: { required: true, ...json(schemas.AddGame) } },
  responses: {
    201: { description: "Added; `ETag` is its version.", ...json(schemas.Game) },
    ...problems(...asked, ...withBody, ...changing, "game_does_not_fit", "idempotency_mismatch"),
  },
});

const putting = {
  ...common,
  path: ofSchedule,
  request: {
    params: IdParameter,
    headers: CommandHeaders,
    body: { required: true as const, ...json(schemas.PutGames) },
  },
  responses: {
    200: { description: "Put; `ETag` is the schedule's version.", ...json(schemas.GamesPut) },
    ...problems(...asked, ...withBody, ...changing, "invalid_games", "cannot_publish", "idempotency_mismatch"),
  },
};

export const put = createRoute({
  ...putting,
  method: "put",
  summary: "Put all games of a schedule",
  description:
    "Whole or not at all. Games to be played that are not in the list go; of a published schedule they are cancelled, " +
    `and the claims of all follow. \`If-Match\` is the schedule's version. ${needs}`,
});

export const putSome = createRoute({
  ...putting,
  method: "patch",
  summary: "Add and change some games of a schedule",
  description:
    "At once, whole or not at all, so that games of a published schedule can change places. The others stay. " +
    `\`If-Match\` is the schedule's version. ${needs}`,
});

export const read = readRoute({ tags, path: one, summary: "Read a game" }, schemas.Game);

export const change = changeRoute(
  {
    tags,
    path: one,
    summary: "Change or move a game",
    description:
      "Fields left out stay: another day keeps the time of day. Of a published game the claims move with it, " +
      `free at no moment. ${needs}`,
    refusals: ["schedule_archived", "game_closed", "game_does_not_fit"],
  },
  schemas.ChangeGame,
  schemas.Game,
);

export const remove = removeRoute({
  tags,
  path: one,
  summary: "Take a game out of a draft",
  description: "A published one is cancelled instead. Needs `schedules.manage`.",
  refusals: ["schedule_archived", "schedule_published", "game_closed"],
});

const action = <Path extends string, Body extends z.ZodType>(
  about: { path: Path; summary: string; description: string; refusals: readonly Code[] },
  body: Body,
) =>
  createRoute({
    ...common,
    method: "post",
    path: about.path,
    summary: about.summary,
    description: `${about.description} ${needs}`,
    request: { params: IdParameter, headers: ChangeHeaders, body: json(body) },
    responses: {
      200: { description: "Done.", ...json(schemas.Game) },
      ...problems(...asked, ...withBody, ...changing, ...about.refusals),
    },
  });

export const swap = createRoute({
  ...common,
  method: "post",
  path: `${one}/swap`,
  summary: "Turn a game round",
  description: `The other side is at home, in its venue if the game was in the first one's. ${needs}`,
  request: { params: IdParameter, headers: ChangeHeaders },
  responses: {
    200: { description: "Done.", ...json(schemas.Game) },
    ...problems(...asked, ...changing, "game_closed", "game_does_not_fit"),
  },
});
export const postpone = action(
  {
    path: `${one}/postpone`,
    summary: "Postpone a game",
    description: "With no new day yet: its time is given back. Twice is once.",
    refusals: ["invalid_transition"],
  },
  schemas.CallOff,
);
export const cancel = action(
  {
    path: `${one}/cancel`,
    summary: "Cancel a game",
    description: "Its time is given back. Twice is once.",
    refusals: ["invalid_transition"],
  },
  schemas.CallOff,
);
export const reinstate = action(
  {
    path: `${one}/reinstate`,
    summary: "Reinstate a game",
    description: "That was postponed or cancelled: then and there, or as the fields say.",
    refusals: ["invalid_transition", "game_does_not_fit"],
  },
  schemas.Reinstate,
);
export const result = action(
  {
    path: `${one}/result`,
    summary: "Record a result",
    description: "The game was played; again to correct the figures.",
    refusals: ["invalid_transition"],
  },
  schemas.Result,
);
