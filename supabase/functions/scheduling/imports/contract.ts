import { createRoute, z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked, json, member } from "../../../../shared/http/contract.ts";
import { problems } from "../../../../shared/http/openapi.ts";
import { IdempotencyHeaders, IdParameter } from "../../../../shared/http/schemas.ts";
import * as schemas from "./schemas.ts";

const common = {
  tags: ["Imports"],
  security: member,
  middleware: [authenticate("user", "key", "service")] as [ReturnType<typeof authenticate>],
};
const refused = [...asked, "permission_denied", "not_found"] as const;
const ofFile = ["payload_too_large", "unsupported_media_type", "unreadable_file", "import_empty"] as const;
const file = {
  content: {
    "text/csv": { schema: z.string().openapi({ description: "Or an .xlsx file, or JSON, by its content type." }) },
  },
};
const report = (description: string) => ({ description, ...json(schemas.Import) });
const queued = { 202: report("More than 20,000 rows: queued. `GET /imports/{id}` tells when it is done.") };

export const create = createRoute({
  ...common,
  method: "post",
  path: "/imports",
  summary: "Import a file",
  description:
    "CSV (comma, semicolon or tab; UTF-8, UTF-16 or the `charset` named), Excel or JSON with the columns that exports have. Rows are known by `id`, else by code, number, or day and teams; columns left out stay as they are, empty cells empty them. A dry run unless `dry_run=false`; either way all of it is applied or nothing. Without a body the import is open for parts. Needs `schedules.manage`.",
  request: { query: schemas.ImportQuery, headers: IdempotencyHeaders, body: { required: false, ...file } },
  responses: {
    201: report("The import, and what it would do or has done."),
    ...queued,
    ...problems(
      ...refused,
      ...ofFile,
      "import_faulty",
      "too_many_imports",
      "import_closed",
      "import_incomplete",
      "idempotency_mismatch",
      "schedule_archived",
      "too_many_constraints",
      "too_many_constraints",
    ),
  },
});

export const putPart = createRoute({
  ...common,
  method: "put",
  path: "/imports/{id}/parts/{part}",
  summary: "Send a part of a large file",
  description:
    "Parts come in any order, side by side, and again as often as wanted; the last one of a number counts. Each CSV part begins with the header. A part of 50,000 rows stays well below what a hosted function may compute.",
  request: { params: schemas.PartParameters, query: schemas.FileQuery, body: { required: true, ...file } },
  responses: {
    200: { description: "How many rows the part has.", ...json(schemas.Part) },
    ...problems(...refused, ...ofFile, "import_closed"),
  },
});

export const check = createRoute({
  ...common,
  method: "post",
  path: "/imports/{id}/check",
  summary: "Check what an import would do",
  request: { params: IdParameter },
  responses: {
    200: report("What it would add and change, and what is wrong."),
    ...queued,
    ...problems(...refused, "import_incomplete", "import_empty"),
  },
});

export const apply = createRoute({
  ...common,
  method: "post",
  path: "/imports/{id}/apply",
  summary: "Apply an import",
  description: "All of it in one transaction, once, however often it is asked for; with any fault nothing.",
  request: { params: IdParameter },
  responses: {
    200: report("What was done."),
    ...queued,
    ...problems(
      ...refused,
      "import_faulty",
      "import_incomplete",
      "import_empty",
      "schedule_archived",
      "too_many_constraints",
      "too_many_constraints",
    ),
  },
});

export const read = createRoute({
  ...common,
  method: "get",
  path: "/imports/{id}",
  summary: "How an import stands",
  request: { params: IdParameter },
  responses: { 200: report("The import."), ...problems(...refused) },
});

export const list = createRoute({
  ...common,
  method: "get",
  path: "/imports",
  summary: "Imports of an organization",
  description: "Oldest first; those of the last 30 days. Needs `schedules.manage`; others see none.",
  request: { query: schemas.ImportsQuery },
  responses: {
    200: { description: "A page.", ...json(schemas.ImportPage) },
    ...problems(...asked, "invalid_cursor"),
  },
});

export const discard = createRoute({
  ...common,
  method: "delete",
  path: "/imports/{id}",
  summary: "Give an import up",
  request: { params: IdParameter },
  responses: { 204: { description: "It is gone, with its rows." }, ...problems(...refused, "import_closed") },
});
