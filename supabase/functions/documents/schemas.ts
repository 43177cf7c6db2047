import { z } from "@hono/zod-openapi";
import { cursor, id, idempotencyKey, instant, limit } from "../../../shared/http/schemas.ts";
import { ifMatch } from "../../../shared/http/version.ts";

const number = z.int().min(1).openapi({ description: "Versions count from 1." });
const body = z.string().max(200_000).regex(/\S/, "Write something.").openapi({ example: "Doors close at six." });
const effectiveFrom = instant.nullable().openapi({ description: "When it begins to hold; null: when published." });
const status = z.enum(["draft", "published", "archived"]);

export const Policy = z.object({
  id,
  organization_id: id,
  title: z.string(),
  status,
  current_version: number.nullable().openapi({ description: "The version that holds." }),
  latest_version: z.int().openapi({ description: "The newest version, published or not; 0: there is none." }),
  publication_id: id.nullable().openapi({ description: "The saga that is publishing a version right now." }),
  version: z.int().openapi({ description: "Counts the changes; also the ETag." }),
  created_by: id.nullable(),
  created_at: instant,
  updated_at: instant,
}).openapi("Policy");

export const PolicyVersion = z.object({
  policy_id: id,
  number,
  body: z.string(),
  effective_from: effectiveFrom,
  created_by: id.nullable(),
  created_at: instant,
  published_at: instant.nullable(),
  replaces: number.nullable().openapi({ description: "The version that held before." }),
  withdrawn_at: instant.nullable(),
}).openapi("PolicyVersion");

export const PolicyPage = z.object({
  items: z.array(Policy),
  next_cursor: z.string().nullable(),
}).openapi("PolicyPage");

export const PolicyVersions = z.object({ items: z.array(PolicyVersion) }).openapi("PolicyVersions");

export const CreatePolicy = z.strictObject({
  organization_id: id,
  title: z.string().trim().min(1).max(200).openapi({ example: "House rules" }),
  body: body.optional(),
  effective_from: effectiveFrom.optional(),
}).openapi("CreatePolicy");

export const SaveVersion = z.strictObject({ body, effective_from: effectiveFrom.optional() }).openapi(
  "SavePolicyVersion",
);

export const PublishPolicy = z.strictObject({
  number: number.optional().openapi({ description: "The latest, when left out." }),
}).openapi("PublishPolicy");

export const Publication = z.object({
  saga_id: id.openapi({ description: "Of the saga that publishes it: `GET /platform/sagas/{saga_id}`." }),
  policy_id: id,
  number,
  status: z.enum(["running", "compensating", "done", "undone", "parked"]),
}).openapi("Publication");

export const PoliciesQuery = z.object({
  organization_id: id,
  status: status.optional(),
  limit: limit(200, 50),
  cursor,
});
export const ChangeHeaders = z.object({ "if-match": ifMatch });
export const SaveHeaders = z.object({ "if-match": ifMatch, "idempotency-key": idempotencyKey });
