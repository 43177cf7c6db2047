import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { anyoneWithKey, asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { bookable, taken } from "../contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { BookedAppointment, CancelAppointment, CancelQuery } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Group sessions"];
const one = "/sessions/{id}";

export const plan = createRoute({
  method: "post",
  path: "/sessions",
  summary: "Plan a session of a group service",
  description: "For customers to join. Needs `appointments.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { headers: schemas.SessionHeaders, body: { required: true, ...json(schemas.PlanSession) } },
  responses: {
    201: { description: "Open.", ...json(schemas.Session) },
    ...problems(
      ...asked,
      ...withBody,
      "not_found",
      "permission_denied",
      "not_a_group_service",
      ...taken,
      "idempotency_mismatch",
    ),
  },
});

export const list = createRoute({
  method: "get",
  path: "/sessions",
  summary: "List sessions",
  description: "By start. Open ones of public services for everyone; members see all of their organization's.",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { query: schemas.SessionsQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.SessionPage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read a session",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.Session) }, ...problems(...asked, "not_found") },
});

export const join = createRoute({
  method: "post",
  path: `${one}/join`,
  summary: "Book seats of a session",
  description: "Who may is as for `POST /appointments`; what is booked is an appointment like any other.",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: {
    params: IdParameter,
    headers: schemas.SessionHeaders,
    body: { required: true, ...json(schemas.JoinSession) },
  },
  responses: {
    201: { description: "Booked, or pending where the service asks for approval.", ...json(BookedAppointment) },
    ...problems(...asked, ...withBody, ...bookable, ...taken, "invalid_intake"),
  },
});

export const cancel = createRoute({
  method: "delete",
  path: one,
  summary: "Cancel a session",
  description:
    "With all of its bookings. Needs `appointments.manage`. The reason may be sent as body or as `?reason=`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, query: CancelQuery, body: json(CancelAppointment) },
  responses: {
    200: { description: "Cancelled.", ...json(schemas.Session) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "invalid_transition", "version_conflict"),
  },
});
