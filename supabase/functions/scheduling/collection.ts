import { createRoute, type z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type AppEnv, authenticate } from "../../../shared/http/auth.ts";
import { asked, json, member, withBody } from "../../../shared/http/contract.ts";
import type { Code } from "../../../shared/http/error-codes.ts";
import { problems } from "../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../shared/http/schemas.ts";
import { etagOf } from "../../../shared/http/version.ts";
import { ChangeHeaders } from "./schemas.ts";

/** What the routes of one kind of thing say of it: lists, reads, makes, changes and removes it. */
interface About<Path extends string> {
  path: Path;
  tags: string[];
  summary: string;
  description?: string;
  /** What it can be refused with, beyond what every route can. */
  refusals?: readonly Code[];
}

const whoever = authenticate("user", "key", "service");
const common = { security: member, middleware: [whoever] as [typeof whoever] };

export const listRoute = <Path extends string, Query extends z.ZodObject, Page extends z.ZodType>(
  { refusals = [], ...about }: About<Path> & { refusals?: readonly Code[] },
  query: Query,
  page: Page,
) =>
  createRoute({
    ...common,
    ...about,
    method: "get",
    request: { query },
    responses: { 200: { description: "A page.", ...json(page) }, ...problems(...asked, "invalid_cursor", ...refusals) },
  });

export const readRoute = <Path extends string, One extends z.ZodType>(about: About<Path>, one: One) =>
  createRoute({
    ...common,
    ...about,
    method: "get",
    request: { params: IdParameter },
    responses: { 200: { description: "It; `ETag` is its version.", ...json(one) }, ...problems(...asked, "not_found") },
  });

export const createRouteOf = <Path extends string, Body extends z.ZodType, One extends z.ZodType>(
  { refusals = [], ...about }: About<Path>,
  body: Body,
  one: One,
) =>
  createRoute({
    ...common,
    ...about,
    method: "post",
    request: { headers: IdempotencyHeaders, body: { required: true, ...json(body) } },
    responses: {
      201: { description: "Made; `Location` is where.", ...json(one) },
      ...problems(...asked, ...withBody, "permission_denied", "not_found", "idempotency_mismatch", ...refusals),
    },
  });

export const changeRoute = <Path extends string, Body extends z.ZodType, One extends z.ZodType>(
  { refusals = [], ...about }: About<Path>,
  body: Body,
  one: One,
) =>
  createRoute({
    ...common,
    ...about,
    method: "put",
    request: { params: IdParameter, headers: ChangeHeaders, body: { required: true, ...json(body) } },
    responses: {
      200: { description: "Changed.", ...json(one) },
      ...problems(...asked, ...withBody, "permission_denied", "not_found", "version_conflict", ...refusals),
    },
  });

export const removeRoute = <Path extends string>({ refusals = [], ...about }: About<Path>) =>
  createRoute({
    ...common,
    ...about,
    method: "delete",
    request: { params: IdParameter, headers: ChangeHeaders },
    responses: {
      204: { description: "Gone." },
      ...problems(...asked, "permission_denied", "not_found", "version_conflict", ...refusals),
    },
  });

/** For what is retired where something needs it: the answer says which it was. */
export const retireRoute = <Path extends string, Outcome extends z.ZodType>(about: About<Path>, outcome: Outcome) =>
  createRoute({
    ...common,
    ...about,
    method: "delete",
    request: { params: IdParameter, headers: ChangeHeaders },
    responses: {
      200: { description: "Deleted or retired.", ...json(outcome) },
      ...problems(...asked, "permission_denied", "not_found", "version_conflict", "in_use"),
    },
  });

/** An answer with its version as the `ETag`. */
export function tagged<One extends z.ZodType<{ version: number }>>(c: Context<AppEnv>, one: One, answer: unknown) {
  const parsed = one.parse(answer);
  c.header("etag", etagOf(parsed.version));
  return parsed;
}

/** What was made, with its `ETag` and `Location`. */
export function located<One extends z.ZodType<{ version: number; id: string }>>(
  c: Context<AppEnv>,
  one: One,
  path: string,
  answer: unknown,
) {
  const parsed = tagged(c, one, answer);
  c.header("location", `${c.var.settings.url}/functions/v1/scheduling${path}/${parsed.id}`);
  return parsed;
}

/** Filters that were given, as `match` takes them. */
export const given = (filters: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
