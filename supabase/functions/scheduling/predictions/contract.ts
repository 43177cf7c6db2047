import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import * as schemas from "./schemas.ts";

const tags = ["Predictions"];

export const attendance = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/predictions/attendance",
  summary: "Predict the attendance of games",
  description:
    "Of a schedule, or of games of one sport: a number, an interval, and why, from the organization's own history " +
    "alone. Without a trained model, or for hosts it knows nothing of, means answer, and say so. Games that were played or cancelled are left out. Needs `schedules.read`.",
  request: { body: { required: true, ...json(schemas.AskAttendance) } },
  responses: {
    200: { description: "The predictions, in the order of the games' days.", ...json(schemas.Attendance) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "no_attendance_history", "too_many_games"),
  },
});

export const train = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/predictions/train",
  summary: "Train the model of attendance of a sport",
  description: "In the background; `attendance_model.trained` tells when. Until then the model before answers. Needs " +
    "`schedules.manage`.",
  request: { headers: schemas.TrainHeaders, body: { required: true, ...json(schemas.Train) } },
  responses: {
    202: { description: "It is queued, or under way already.", ...json(schemas.Training) },
    ...problems(
      ...asked,
      ...withBody,
      "not_found",
      "permission_denied",
      "no_attendance_history",
      "idempotency_mismatch",
    ),
  },
});

export const tvSlots = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/predictions/tv-slots",
  summary: "Assign games to TV windows for the greatest revenue",
  description:
    "Each window of the season shows one game of each day it is on; a game of quality q brings q times the " +
    "window's value, and none below its least quality. Exact; nothing is changed. Needs `schedules.read`.",
  request: { body: { required: true, ...json(schemas.AskTvSlots) } },
  responses: {
    200: { description: "The assignment.", ...json(schemas.TvSlots) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "too_many_games"),
  },
});

export const conflictRisk = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: "/predictions/conflict-risk",
  summary: "Judge which games of a schedule may not take place as planned",
  description:
    "What stands in the calendar at their time now, and how often the organization's own games were moved, " +
    "postponed or cancelled at that venue, on that weekday, in that month. Needs `schedules.read`.",
  request: { query: schemas.RiskQuery },
  responses: {
    200: { description: "The games, in order.", ...json(schemas.ConflictRisk) },
    ...problems(...asked, "not_found", "permission_denied", "too_many_games"),
  },
});
