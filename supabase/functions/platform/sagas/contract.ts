import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Sagas"];

export const list = createRoute({
  method: "get",
  path: "/sagas",
  summary: "List sagas",
  description: "Newest first: all with `organization.manage`, otherwise those one has started.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.SagasQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.SagaPage) },
    ...problems(...asked, "permission_denied", "invalid_cursor"),
  },
});

export const read = createRoute({
  method: "get",
  path: "/sagas/{id}",
  summary: "Read a saga with its steps",
  description: "With `organization.manage`, or by whoever started it. Listen to `saga:<id>` for how it goes on.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.SagaWithSteps) }, ...problems(...asked, "not_found") },
});

export const cancel = createRoute({
  method: "post",
  path: "/sagas/{id}/cancel",
  summary: "Cancel a saga",
  description: "The step in hand is let end, then all is undone. Twice is once.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.CancelSaga) } },
  responses: {
    200: { description: "It is being undone, or will be.", ...json(schemas.SagaWithSteps) },
    ...problems(...asked, ...withBody, "not_found", "saga_not_running"),
  },
});

export const resume = createRoute({
  method: "post",
  path: "/sagas/{id}/resume",
  summary: "Resume a parked saga",
  description: "Tries its step again, or goes past it. Needs `organization.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.ResumeSaga) } },
  responses: {
    200: { description: "It goes on.", ...json(schemas.SagaWithSteps) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "saga_not_parked"),
  },
});
