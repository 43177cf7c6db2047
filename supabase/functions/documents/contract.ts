import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../shared/http/contract.ts";
import { problems } from "../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Policies"];
const one = "/policies/{id}";
const changing = ["not_found", "permission_denied", "version_conflict", "publication_underway"] as const;

export const create = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: "/policies",
  summary: "Write a policy",
  description: "A draft; with a text, that is its first version. Needs `policies.manage`.",
  request: { headers: IdempotencyHeaders, body: { required: true, ...json(schemas.CreatePolicy) } },
  responses: {
    201: { description: "Made.", ...json(schemas.Policy) },
    ...problems(...asked, ...withBody, "permission_denied", "not_found", "idempotency_mismatch"),
  },
});

export const list = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: "/policies",
  summary: "List policies",
  description: "Those of which a version holds; all with `policies.manage`. Newest first.",
  request: { query: schemas.PoliciesQuery },
  responses: { 200: { description: "A page.", ...json(schemas.PolicyPage) }, ...problems(...asked, "invalid_cursor") },
});

export const read = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: one,
  summary: "Read a policy",
  request: { params: IdParameter },
  responses: { 200: { description: "It.", ...json(schemas.Policy) }, ...problems(...asked, "not_found") },
});

export const versions = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "get",
  path: `${one}/versions`,
  summary: "Read the versions of a policy",
  description: "Those that are published, the newest first; all with `policies.manage`. At most 1,000.",
  request: { params: IdParameter },
  responses: { 200: { description: "They.", ...json(schemas.PolicyVersions) }, ...problems(...asked, "not_found") },
});

export const save = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: `${one}/versions`,
  summary: "Save a version of a policy",
  description: "The text never changes afterwards, and is not published yet. Needs `policies.manage`.",
  request: {
    params: IdParameter,
    headers: schemas.SaveHeaders,
    body: { required: true, ...json(schemas.SaveVersion) },
  },
  responses: {
    201: { description: "Saved as `latest_version`.", ...json(schemas.Policy) },
    ...problems(...asked, ...withBody, ...changing, "policy_archived", "idempotency_mismatch"),
  },
});

export const publish = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: `${one}/publish`,
  summary: "Publish a version of a policy",
  description:
    "It holds and each member has it in their inbox, or neither: a saga sees to that, within seconds. Needs `policies.manage`.",
  request: { params: IdParameter, headers: schemas.SaveHeaders, body: json(schemas.PublishPolicy) },
  responses: {
    202: { description: "Under way; `Location` is the saga.", ...json(schemas.Publication) },
    ...problems(...asked, ...withBody, ...changing, "policy_archived", "already_published", "idempotency_mismatch"),
  },
});

export const withdraw = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: `${one}/withdraw`,
  summary: "Withdraw what a policy has published",
  description: "The version published before holds again, if there was one. Needs `policies.manage`.",
  request: { params: IdParameter, headers: schemas.ChangeHeaders },
  responses: {
    200: { description: "Withdrawn.", ...json(schemas.Policy) },
    ...problems(...asked, ...changing, "not_published"),
  },
});

export const archive = createRoute({
  tags,
  security: member,
  middleware: [authenticate("user", "key", "service")] as const,
  method: "post",
  path: `${one}/archive`,
  summary: "Archive a policy",
  description: "It can be read and changes no more. Twice is once. Needs `policies.manage`.",
  request: { params: IdParameter, headers: schemas.ChangeHeaders },
  responses: { 200: { description: "Archived.", ...json(schemas.Policy) }, ...problems(...asked, ...changing) },
});

export const info = {
  title: "Almanac documents",
  version: "1.0.0",
  description: "Policies of an organization, in versions. Errors are problem+json with a stable `code`.",
};
