import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { anyoneWithKey, asked, json, withBody } from "../../../../shared/http/contract.ts";
import { bookable, ofOne, taken, userOrGuest } from "../contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { ManageHeaders } from "../schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Holds"];
const one = "/holds/{id}";

export const place = createRoute({
  method: "post",
  path: "/holds",
  summary: "Hold a slot",
  description: "For the service's `hold_minutes`, while one fills in or pays. Then book it with `hold_id`.",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { headers: schemas.HoldHeaders, body: { required: true, ...json(schemas.PlaceHold) } },
  responses: {
    201: { description: "Held.", ...json(schemas.PlacedHold) },
    ...problems(...asked, ...withBody, ...bookable, ...taken, "too_many_holds"),
  },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read a hold",
  tags,
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ManageHeaders },
  responses: { 200: { description: "It.", ...json(schemas.Hold) }, ...problems(...asked, ...ofOne) },
});

export const release = createRoute({
  method: "delete",
  path: one,
  summary: "Let go of a hold",
  description: "Twice is once. Whoever declines an offer of the waitlist so keeps waiting.",
  tags,
  security: userOrGuest,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { params: IdParameter, headers: ManageHeaders },
  responses: {
    200: { description: "Released.", ...json(schemas.Hold) },
    ...problems(...asked, ...ofOne, "invalid_transition"),
  },
});
