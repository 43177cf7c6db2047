import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Analysis"];
const judged = [...asked, "not_found", "permission_denied", "impossible_league", "too_many_games"] as const;

export const analyze = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: "/schedules/{id}/analyze",
  summary: "Judge a schedule",
  description:
    "Each constraint with what breaks it, every team's season, clashes, TV value and a score; of what stands or of a version. Needs `schedules.read`.",
  request: { params: IdParameter, query: schemas.AnalyzeQuery },
  responses: { 200: { description: "The judgement.", ...json(schemas.Analysis) }, ...problems(...judged) },
});

export const analyzeGames = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/schedules/{id}/analyze",
  summary: "Judge games before they are saved",
  description: "The same of a list of games; of what stands where none is sent. Needs `schedules.read`.",
  request: { params: IdParameter, body: json(schemas.AnalyzeRequest) },
  responses: {
    200: { description: "The judgement.", ...json(schemas.Analysis) },
    ...problems(...judged, ...withBody),
  },
});

export const suggest = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/schedules/{id}/suggest",
  summary: "Suggest what to change",
  description:
    "The best few moves and swaps that mend a constraint, or that put a game elsewhere, with what each would change. Needs `schedules.read`.",
  request: { params: IdParameter, body: { required: true, ...json(schemas.SuggestRequest) } },
  responses: {
    200: { description: "The best first.", ...json(schemas.Suggestions) },
    ...problems(...judged, ...withBody),
  },
});

export const check = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/schedules/{id}/check",
  summary: "Check one edit",
  description:
    "What it would break or mend, and what stands in the calendar at the new time; nothing is written. `Server-Timing` says what took how long. Needs `schedules.read`.",
  request: { params: IdParameter, body: { required: true, ...json(schemas.CheckRequest) } },
  responses: {
    200: { description: "What would come of it.", ...json(schemas.Check) },
    ...problems(...judged, ...withBody),
  },
});
