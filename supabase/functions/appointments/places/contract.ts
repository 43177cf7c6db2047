import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { anyoneWithKey, asked, json, member, withBody } from "../../../../shared/http/contract.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Places"];

export const list = createRoute({
  method: "get",
  path: "/locations",
  summary: "List an organization's locations",
  description: `For members with \`resources.read\`; by name, the first ${schemas.mostLocations}.`,
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { query: schemas.LocationsQuery },
  responses: { 200: { description: "Them.", ...json(schemas.Locations) }, ...problems(...asked) },
});

export const create = createRoute({
  method: "post",
  path: "/locations",
  summary: "Add a location",
  description: "Needs `resources.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { headers: schemas.LocationHeaders, body: { required: true, ...json(schemas.CreateLocation) } },
  responses: {
    201: { description: "Added.", ...json(schemas.Location) },
    ...problems(...asked, ...withBody, "permission_denied", "idempotency_mismatch"),
  },
});

export const change = createRoute({
  method: "put",
  path: "/locations/{id}",
  summary: "Change a location",
  description: "Fields left out stay. Needs `resources.manage`.",
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  request: { params: IdParameter, body: { required: true, ...json(schemas.ChangeLocation) } },
  responses: {
    200: { description: "Changed.", ...json(schemas.Location) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied"),
  },
});

export const nearby = createRoute({
  method: "get",
  path: "/organizations/nearby",
  summary: "Organizations near a point",
  description:
    "Listed ones by distance, each with its nearest place, whether that is open now, and its next free slot. With `open_now` a page may be short, even empty: go on with `next_cursor` until it is null.",
  tags,
  security: anyoneWithKey,
  middleware: [authenticate("user", "guest", "key", "service")] as const,
  request: { query: schemas.NearbyQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.Nearby) },
    ...problems(...asked, "invalid_cursor"),
  },
});
