import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { anyoneWithKey, asked, json, withBody } from "../../../../shared/http/contract.ts";
import { bookable, ofOne, userOrGuest } from "../contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { ManageHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Waitlist"];
const one = "/waitlist/{id}";

export const join = createRoute({
  method: "post",
  path: "/waitlist",
  summary: "Wait for a slot",
  description:
    "What comes free is held for the first in line whom it suits, and offered: `waitlist.offered` on the private channel `waitlist_entry:<id>`.",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { headers: schemas.WaitlistHeaders, body: { required: true, ...json(schemas.JoinWaitlist) } },
  responses: {
    201: { description: "Waiting.", ...json(schemas.JoinedEntry) },
    ...problems(...asked, ...withBody, ...bookable, "already_waiting"),
  },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read an entry of the waitlist",
  description: "With the place in the line, or the offer that stands.",
  tags,
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ManageHeaders },
  responses: { 200: { description: "It.", ...json(schemas.ReadEntry) }, ...problems(...asked, ...ofOne) },
});

export const leave = createRoute({
  method: "delete",
  path: one,
  summary: "Wait no longer",
  description: "What was offered goes to the next in line. To decline an offer and keep waiting, release its hold.",
  tags,
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ManageHeaders },
  responses: {
    200: { description: "Left.", ...json(schemas.Entry) },
    ...problems(...asked, ...ofOne, "invalid_transition", "version_conflict"),
  },
});
