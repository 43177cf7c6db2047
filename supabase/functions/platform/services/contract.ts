import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, machines, user, withBody } from "../../../../shared/http/contract.ts";
import { problems, security } from "../../../../shared/http/openapi.ts";
import { IdParameter } from "../../../../shared/http/schemas.ts";
import { NewHeaders } from "../keys/schemas.ts";
import * as schemas from "./schemas.ts";

const tags = ["Service registry"];
const one = "/services/{id}";
const managing = {
  tags,
  security: [...user, security.operator],
  middleware: authenticate("user", "operator"),
};
const looking = {
  tags,
  security: [...user, security.operator, ...machines],
  middleware: authenticate("user", "operator", "key", "service"),
};
const ofOne = [...asked, "not_found", "permission_denied", "service_retired"] as const;

export const register = createRoute({
  method: "post",
  path: "/services",
  summary: "Register a service",
  description:
    "The answer holds its `client_id` and `client_secret`. Needs `credentials.manage` of the organization, or to run the platform.",
  ...managing,
  request: { headers: NewHeaders, body: { required: true, ...json(schemas.RegisterService) } },
  responses: {
    201: { description: "Registered.", ...json(schemas.NewService) },
    ...problems(
      ...asked,
      ...withBody,
      "permission_denied",
      "scope_not_yours",
      "service_name_taken",
      "idempotency_mismatch",
    ),
  },
});

export const list = createRoute({
  method: "get",
  path: "/services",
  summary: "List services",
  description: "The platform's, and those of organizations where you are staff or whose credential you hold.",
  ...looking,
  request: { query: schemas.ServicesQuery },
  responses: {
    200: { description: "A page, the oldest first.", ...json(schemas.ServicePage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const discover = createRoute({
  method: "get",
  path: "/services/discover",
  summary: "Who can do this",
  description: "Services with a capability: the platform's and the organization's own, the healthy first.",
  ...looking,
  request: { query: schemas.DiscoverQuery },
  responses: { 200: { description: "They.", ...json(schemas.Discovered) }, ...problems(...asked) },
});

export const read = createRoute({
  method: "get",
  path: one,
  summary: "Read a service",
  ...looking,
  request: { params: IdParameter },
  responses: {
    200: { description: "It, its health and grants.", ...json(schemas.ServiceDetails) },
    ...problems(...asked, "not_found"),
  },
});

export const change = createRoute({
  method: "patch",
  path: one,
  summary: "Change a service",
  description: "Its version, where it is, what it can do. Tokens of one that may do less are revoked.",
  ...managing,
  request: { params: IdParameter, body: { required: true, ...json(schemas.ChangeService) } },
  responses: {
    200: { description: "Changed.", ...json(schemas.RegisteredService) },
    ...problems(...ofOne, ...withBody, "scope_not_yours"),
  },
});

export const retire = createRoute({
  method: "delete",
  path: one,
  summary: "Retire a service",
  description: "Ends it with its secrets, tokens and grants; its name is free again.",
  ...managing,
  request: { params: IdParameter },
  responses: { 200: { description: "Retired.", ...json(schemas.RegisteredService) }, ...problems(...ofOne) },
});

export const rotate = createRoute({
  method: "post",
  path: `${one}/secret`,
  summary: "Give a service a new secret",
  description: "Those it has stay good for the overlap.",
  ...managing,
  request: { params: IdParameter, headers: NewHeaders, body: { required: true, ...json(schemas.RotateSecret) } },
  responses: {
    201: { description: "The new one.", ...json(schemas.RotatedSecret) },
    ...problems(...ofOne, ...withBody, "scope_not_yours", "idempotency_mismatch"),
  },
});

export const revokeTokens = createRoute({
  method: "delete",
  path: `${one}/tokens`,
  summary: "Revoke a service's tokens",
  description: "All that are out end with the next request. With its secret it gets new ones: rotate that too.",
  ...managing,
  request: { params: IdParameter },
  responses: { 200: { description: "How many.", ...json(schemas.RevokedTokens) }, ...problems(...ofOne) },
});

export const grant = createRoute({
  method: "put",
  path: `${one}/grants/{organization_id}`,
  summary: "Let a service of the platform into an organization",
  description: "With these scopes, in place of those before; none lets it act for members only.",
  ...managing,
  request: { params: schemas.GrantParameters, body: { required: true, ...json(schemas.GrantScopes) } },
  responses: {
    200: { description: "Granted.", ...json(schemas.Grant) },
    ...problems(...asked, ...withBody, "not_found", "permission_denied", "scope_not_yours"),
  },
});

export const ungrant = createRoute({
  method: "delete",
  path: `${one}/grants/{organization_id}`,
  summary: "Let it in no more",
  description: "Ends its tokens for the organization too.",
  ...managing,
  request: { params: schemas.GrantParameters },
  responses: { 204: { description: "Taken back." }, ...problems(...asked, "not_found", "permission_denied") },
});
