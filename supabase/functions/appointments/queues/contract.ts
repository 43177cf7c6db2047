import { createRoute, type z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { anyoneWithKey, asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { userOrGuest } from "../contract.ts";
import * as schemas from "./schemas.ts";

const body = <Schema extends z.ZodType>(schema: Schema) => ({ required: true as const, ...json(schema) });
const ofOne = ["invalid_manage_token", "not_found"] as const;
const changing = ["permission_denied", "version_conflict", "invalid_transition"] as const;

const asUser = { security: member, middleware: authenticate("user", "key", "service") };
const asAnyone = {
  security: anyoneWithKey,
  middleware: authenticate("user", "guest", "key", "service"),
};
const asHolder = { security: userOrGuest, middleware: authenticate("user", "guest", "key", "service") };
const line = { tags: ["Walk-in queues"] };
const desk = { tags: ["At the counter"] };
const atTheCounter = "By `appointments.manage`, or `appointments.manage_own` at one's own counter.";

export const join = createRoute({
  ...line,
  ...asAnyone,
  method: "post",
  path: "/queues/{id}/join",
  summary: "Take a ticket",
  description: "At the desk for anyone; for oneself, or as a `guest`, where the queue has `remote_join`.",
  request: { params: schemas.IdParameter, headers: schemas.CreateHeaders, body: body(schemas.JoinQueue) },
  responses: {
    201: { description: "In line.", ...json(schemas.JoinedTicket) },
    ...problems(
      ...asked,
      ...withBody,
      "not_found",
      "permission_denied",
      "remote_join_not_allowed",
      "queue_not_open",
      "queue_full",
      "already_in_line",
      "idempotency_mismatch",
    ),
  },
});

export const callNext = createRoute({
  ...desk,
  ...asUser,
  method: "post",
  path: "/queues/{id}/call-next",
  summary: "Call the next to a counter",
  description: `${atTheCounter} \`ticket\` is null when nobody waits whom the counter serves.`,
  request: { params: schemas.IdParameter, headers: schemas.CreateHeaders, body: body(schemas.CallNext) },
  responses: {
    200: { description: "Called.", ...json(schemas.Called) },
    ...problems(
      ...asked,
      ...withBody,
      "not_found",
      "permission_denied",
      "invalid_transition",
      "queue_not_open",
      "counter_not_open",
      "counter_busy",
      "idempotency_mismatch",
    ),
  },
});

export const board = createRoute({
  ...line,
  ...asAnyone,
  method: "get",
  path: "/queues/{id}",
  summary: "The board of a queue",
  description:
    "As last published, a minute old at most. Listen to the Realtime topic `queue:<id>` (a private channel that anyone may join), event `board`, for the next.",
  request: { params: schemas.IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.Board) }, ...problems(...asked, "not_found") },
});

export const readTicket = createRoute({
  ...line,
  ...asHolder,
  method: "get",
  path: "/tickets/{id}",
  summary: "Read a ticket",
  request: { params: schemas.IdParameter, headers: schemas.ManageHeaders },
  responses: { 200: { description: "It.", ...json(schemas.Ticket) }, ...problems(...asked, ...ofOne) },
});

export const changeTicket = createRoute({
  ...line,
  ...asHolder,
  method: "put",
  path: "/tickets/{id}",
  summary: "Change a ticket's notes or priority",
  request: { params: schemas.IdParameter, headers: schemas.HolderHeaders, body: body(schemas.ChangeTicket) },
  responses: {
    200: { description: "Changed.", ...json(schemas.Ticket) },
    ...problems(...asked, ...withBody, ...ofOne, "permission_denied", "version_conflict"),
  },
});

const byHolder = "By its holder, a guest with `x-manage-token`, or the desk.";

export const leave = createRoute({
  ...line,
  ...asHolder,
  method: "post",
  path: "/tickets/{id}/leave",
  summary: "Leave the line",
  description: byHolder,
  request: { params: schemas.IdParameter, headers: schemas.HolderHeaders, body: json(schemas.LeaveQueue) },
  responses: {
    200: { description: "Gone.", ...json(schemas.Ticket) },
    ...problems(...asked, ...withBody, ...ofOne, ...changing),
  },
});

export const arrive = createRoute({
  ...line,
  ...asHolder,
  method: "post",
  path: "/tickets/{id}/arrive",
  summary: "Who joined from afar is here",
  description: byHolder,
  request: { params: schemas.IdParameter, headers: schemas.HolderHeaders },
  responses: {
    200: { description: "Can be called.", ...json(schemas.Ticket) },
    ...problems(...asked, ...ofOne, ...changing),
  },
});

const deskMove = <Path extends string>(path: Path, summary: string, more = "") =>
  createRoute({
    ...desk,
    ...asUser,
    method: "post",
    path,
    summary,
    description: `${atTheCounter}${more}`,
    request: { params: schemas.IdParameter, headers: schemas.DeskHeaders },
    responses: {
      200: { description: "Moved on.", ...json(schemas.Ticket) },
      ...problems(
        ...asked,
        "not_found",
        ...changing,
        ...(path.endsWith("reopen") ? ["queue_not_open" as const, "already_in_line" as const] : []),
      ),
    },
  });

export const recall = deskMove("/tickets/{id}/recall", "Call a ticket again");
export const serve = deskMove("/tickets/{id}/serve", "Who was called has come");
export const done = deskMove(
  "/tickets/{id}/done",
  "Service is done",
  " Fulfils the appointment that stood in line with it.",
);
export const noShow = deskMove("/tickets/{id}/no-show", "Who was called did not come");
export const reopen = deskMove(
  "/tickets/{id}/reopen",
  "Put a ticket back in line",
  " One that was missed or left today: at its place within the queue's `reopen_minutes` of the call, later at the end.",
);

export const transfer = createRoute({
  ...desk,
  ...asUser,
  method: "post",
  path: "/tickets/{id}/transfer",
  summary: "Send a ticket on to another queue or type",
  description: `${atTheCounter} It keeps its number and, unless \`keep_place\` is false, its arrival.`,
  request: { params: schemas.IdParameter, headers: schemas.DeskHeaders, body: body(schemas.TransferTicket) },
  responses: {
    200: { description: "In the other line.", ...json(schemas.Ticket) },
    ...problems(...asked, ...withBody, "not_found", ...changing, "queue_not_open", "already_in_line"),
  },
});

export const operate = createRoute({
  ...desk,
  ...asUser,
  method: "post",
  path: "/queue/update",
  summary: "Open, pause or close a queue or a counter",
  description:
    "Queues by `appointments.manage`; counters also by who serves there, or sits down there. A counter that closes gives back whom it has called and finishes whom it serves. `end_day` sends everyone away.",
  request: { body: body(schemas.OperateQueue) },
  responses: {
    200: { description: "As it is now.", ...json(schemas.Operated) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied"),
  },
});
