import { createRoute, type z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import * as schemas from "./schemas.ts";

const body = <Schema extends z.ZodType>(schema: Schema) => ({ required: true as const, ...json(schema) });

const asUser = { security: member, middleware: authenticate("user", "key", "service") };
const setup = { tags: ["Setting up queues"], description: "By `resources.manage`." };

export const createQueue = createRoute({
  ...setup,
  ...asUser,
  method: "post",
  path: "/queues",
  summary: "Make a queue",
  request: { headers: schemas.CreateHeaders, body: body(schemas.CreateQueue) },
  responses: {
    201: { description: "Made.", ...json(schemas.Queue) },
    ...problems(...asked, ...withBody, "permission_denied", "conflict", "idempotency_mismatch"),
  },
});

export const changeQueue = createRoute({
  ...setup,
  ...asUser,
  method: "put",
  path: "/queues/{id}",
  summary: "Change how a queue works",
  request: { params: schemas.IdParameter, body: body(schemas.ChangeQueue) },
  responses: {
    200: { description: "Changed.", ...json(schemas.Queue) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "conflict"),
  },
});

const create = <Path extends string, In extends z.ZodType, Out extends z.ZodType>(
  path: Path,
  summary: string,
  sent: In,
  made: Out,
) =>
  createRoute({
    ...setup,
    ...asUser,
    method: "post",
    path,
    summary,
    request: { params: schemas.IdParameter, headers: schemas.CreateHeaders, body: body(sent) },
    responses: {
      201: { description: "Made.", ...json(made) },
      ...problems(...asked, ...withBody, "not_found", "permission_denied", "idempotency_mismatch"),
    },
  });

const change = <Path extends string, In extends z.ZodType, Out extends z.ZodType>(
  path: Path,
  summary: string,
  sent: In,
  changed: Out,
) =>
  createRoute({
    ...setup,
    ...asUser,
    method: "put",
    path,
    summary,
    request: { params: schemas.PartParameters, body: body(sent) },
    responses: {
      200: { description: "Changed.", ...json(changed) },
      ...problems(...asked, ...withBody, "not_found", "permission_denied"),
    },
  });

const { SaveCounter, Counter, SaveTicketType, TicketType } = schemas;
export const createType = create("/queues/{id}/types", "Make a ticket type", SaveTicketType, TicketType);
export const changeType = change("/queues/{id}/types/{part_id}", "Change a ticket type", SaveTicketType, TicketType);
export const createCounter = create("/queues/{id}/counters", "Make a counter", SaveCounter, Counter);
export const changeCounter = change("/queues/{id}/counters/{part_id}", "Change a counter", SaveCounter, Counter);
