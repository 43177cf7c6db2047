import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { anyoneWithKey, asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { ofOne, userOrGuest } from "../contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { ManageHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Customers' feedback"];
const ofAppointment = "/appointments/{id}/feedback";

export const leave = createRoute({
  method: "post",
  path: ofAppointment,
  summary: "Rate an appointment",
  description: "Once, within 90 days of its end, by its customer or its guest.",
  tags,
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: {
    params: IdParameter,
    headers: schemas.FeedbackHeaders,
    body: { required: true, ...json(schemas.LeaveFeedback) },
  },
  responses: {
    201: { description: "Rated.", ...json(schemas.Feedback) },
    ...problems(
      ...asked,
      ...withBody,
      ...ofOne,
      "not_your_appointment",
      "too_late_for_feedback",
      "not_fulfilled",
      "feedback_given",
      "idempotency_mismatch",
    ),
  },
});

export const read = createRoute({
  method: "get",
  path: ofAppointment,
  summary: "Read the feedback of an appointment",
  tags,
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ManageHeaders },
  responses: { 200: { description: "It.", ...json(schemas.Feedback) }, ...problems(...asked, ...ofOne) },
});

export const list = createRoute({
  method: "get",
  path: "/feedback",
  summary: "List feedback",
  description: "What the caller may see, newest first: customers their own, members their organization's.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.FeedbackQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.FeedbackPage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const reply = createRoute({
  method: "put",
  path: "/feedback/{id}/reply",
  summary: "Answer feedback",
  description: "In the organization's name. Needs `appointments.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.Reply) } },
  responses: {
    200: { description: "Answered.", ...json(schemas.Feedback) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied"),
  },
});

export const hide = createRoute({
  method: "put",
  path: "/feedback/{id}/visibility",
  summary: "Hide feedback, or show it again",
  description: "Its rating counts all the same. Needs `appointments.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.Visibility) } },
  responses: {
    200: { description: "Hidden or shown.", ...json(schemas.Feedback) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied"),
  },
});

export const ratings = createRoute({
  method: "get",
  path: "/ratings",
  summary: "The ratings of public services",
  description: "How many and their mean. Private services, and those no longer offered, are left out.",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { query: schemas.RatingsQuery },
  responses: { 200: { description: "The ratings.", ...json(schemas.Ratings) }, ...problems(...asked) },
});

export const summaries = createRoute({
  method: "get",
  path: "/feedback/summaries",
  summary: "The ratings of an organization's services and people",
  description: "How many, their mean, and how many of each; the first 1,000. For members with `appointments.read`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.SummariesQuery },
  responses: { 200: { description: "Them.", ...json(schemas.Summaries) }, ...problems(...asked) },
});
