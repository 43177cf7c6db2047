import { createRoute, type z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { asked, json, member } from "../../../../shared/http/contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const listed = <Path extends string, Query extends z.ZodObject, Answer extends z.ZodType>(
  path: Path,
  query: Query,
  answer: Answer,
  { summary, description }: { summary: string; description: string },
) =>
  createRoute({
    method: "get",
    path,
    summary,
    description,
    tags: ["Lists"],
    security: member,
    middleware: [authenticate("user", "key", "service")] as const,
    request: { params: IdParameter, query },
    responses: {
      200: { description: "A page.", ...json(answer) },
      ...problems(...asked, "not_found", "permission_denied", "invalid_cursor"),
    },
  });

export const day = listed("/locations/{id}/day", schemas.DayQuery, schemas.Day, {
  summary: "The board of a location's day",
  description: "Its appointments of every status, by start. Needs `appointments.read`.",
});

export const week = listed("/resources/{id}/week", schemas.WeekQuery, schemas.Week, {
  summary: "A resource's week",
  description:
    "What takes its time, by when it does: appointments that stand or took place, and holds, games and blocks without particulars. What gave its time back is not there. Needs `appointments.read`.",
});

export const history = listed("/customers/{id}/appointments", schemas.HistoryQuery, schemas.History, {
  summary: "A customer's history",
  description:
    "Newest first. Customers see their own; members with `appointments.read` what was at their organization.",
});
