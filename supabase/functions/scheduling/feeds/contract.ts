import { createRoute, z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const common = {
  tags: ["Calendar feeds"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as [ReturnType<typeof authenticate>],
};
const refused = [...asked, "permission_denied", "not_found"] as const;
const feed = (description: string) => ({ description, ...json(schemas.FeedWithLink) });

export const create = createRoute({
  ...common,
  method: "post",
  path: "/feeds",
  summary: "Make a calendar feed",
  description:
    "A link by which calendars subscribe to the published games of a team, a venue or a schedule. Changes reach them when they next ask; what is cancelled, deleted or taken back is told as cancelled. Needs `schedules.publish`.",
  request: { headers: IdempotencyHeaders, body: { required: true, ...json(schemas.CreateFeed) } },
  responses: {
    201: feed("The feed with its link."),
    ...problems(...refused, ...withBody, "idempotency_mismatch"),
  },
});

export const rotate = createRoute({
  ...common,
  method: "post",
  path: "/feeds/{id}/rotate",
  summary: "Give a feed another link",
  description: "The old link leads nowhere from now on; a revoked feed has a link again.",
  request: { params: IdParameter },
  responses: { 200: feed("The feed with its new link."), ...problems(...refused) },
});

export const revoke = createRoute({
  ...common,
  method: "delete",
  path: "/feeds/{id}",
  summary: "Revoke a feed's link",
  request: { params: IdParameter },
  responses: { 200: feed("The feed, without a link."), ...problems(...refused) },
});

export const list = createRoute({
  ...common,
  method: "get",
  path: "/feeds",
  summary: "Calendar feeds of an organization",
  description: "Oldest first, without their links. Needs `schedules.publish`; others see none.",
  request: { query: schemas.FeedsQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.FeedPage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const read = createRoute({
  method: "get",
  path: "/feeds/{file}",
  summary: "Subscribe to a calendar feed",
  description:
    "iCalendar. The link is the proof: no key is asked for. `If-None-Match` with the ETag of last time is answered by 304.",
  tags: ["Calendar feeds"],
  security: [],
  middleware: [authenticate("link")] as const,
  request: {
    params: schemas.FileParameter,
    headers: z.object({ "if-none-match": z.string().max(1000).optional() }),
  },
  responses: {
    200: { description: "The games.", content: { "text/calendar": { schema: z.string() } } },
    304: { description: "Nothing has changed." },
    ...problems("not_found", "invalid_input", "unavailable"),
  },
});
