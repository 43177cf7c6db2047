import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { anyoneWithKey, asked, json, withBody } from "../../../../shared/http/contract.ts";
import { ofOne, userOrGuest } from "../contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { BookHeaders, ChangeHeaders, ManageHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const one = "/series/{id}";
const changing = ["permission_denied", "version_conflict", "series_conflicts", "series_over"] as const;

export const book = createRoute({
  method: "post",
  path: "/series",
  summary: "Book a series",
  description:
    "Up to 100 appointments by a rule of recurrence, at the same wall-clock time across clock changes; each is booked as a single one would be. All or none, unless `on_conflict` is `skip`.",
  tags: ["Series"],
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { headers: BookHeaders, body: { required: true, ...json(schemas.BookSeries) } },
  responses: {
    201: { description: "Booked, or pending where the service asks for approval.", ...json(schemas.BookedSeries) },
    ...problems(
      ...asked,
      ...withBody,
      "invalid_rule",
      "not_found",
      "permission_denied",
      "guests_not_allowed",
      "service_not_active",
      "series_conflicts",
      "idempotency_mismatch",
    ),
  },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read a series",
  tags: ["Series"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ManageHeaders },
  responses: {
    200: { description: "It, with its appointments.", ...json(schemas.SeriesDocument) },
    ...problems(...asked, ...ofOne),
  },
});

export const change = createRoute({
  method: "patch",
  path: one,
  summary: "Move a series, or change who serves or its notes",
  description:
    "One appointment of it, that and the following, or all. Each obeys the terms of its own booking. All or none, unless `on_conflict` is `skip`.",
  tags: ["Series"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: {
    params: IdParameter,
    headers: ChangeHeaders,
    body: { required: true, ...json(schemas.ChangeSeries) },
  },
  responses: {
    200: { description: "Changed.", ...json(schemas.ChangedSeries) },
    ...problems(...asked, ...withBody, ...ofOne, ...changing),
  },
});

export const cancel = createRoute({
  method: "delete",
  path: one,
  summary: "Cancel a series",
  description: "One appointment of it, that and the following, or all that are ahead. Gives their time back.",
  tags: ["Series"],
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ChangeHeaders, query: schemas.CancelSeriesQuery },
  responses: {
    200: { description: "Cancelled.", ...json(schemas.ChangedSeries) },
    ...problems(...asked, ...ofOne, ...changing),
  },
});
