import { z } from "@hono/zod-openapi";
import { cursor, id, idempotencyKey, limit } from "../../../shared/http/schemas.ts";
import { ifMatch } from "../../../shared/http/version.ts";

/** What every list of the function takes; each topic adds its filters. */
export const ListQuery = z.object({ organization_id: id, limit: limit(200, 50), cursor });

/** `If-Match`: a change of what the caller has seen, or `409 version_conflict`. */
export const ChangeHeaders = z.object({ "if-match": ifMatch });

/** Of commands that make something, or that would do twice what is asked twice. */
export const CommandHeaders = z.object({ "if-match": ifMatch, "idempotency-key": idempotencyKey });

export const name = z.string().trim().min(1).max(200);
export const code = z.string().regex(/^\S.{0,19}$/).openapi({
  description: "A short name, as imports and prints have it.",
});
export const division = z.string().trim().min(1).max(100).openapi({ example: "East" });
export const day = z.iso.date().openapi({ example: "2027-01-09" });
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/, "Send a time of day, as 19:30.")
  .openapi({
    description: "Wall clock.",
    example: "19:30",
  });
export const timeZone = z.string().max(100).openapi({ description: "IANA name.", example: "America/Chicago" });
export const version = z.int().openapi({ description: "Counts the changes; also the ETag." });
export const active = z.boolean().openapi({
  description: "False: retired. It is in nothing new; what is planned stays.",
});
/** In a query. */
export const flag = z.enum(["true", "false"]);

export const pageOf = <One extends z.ZodType>(one: One) =>
  z.object({ items: z.array(one), next_cursor: z.string().nullable() });

/** Any of these fields, but one at least. */
export const changesOf = <Fields extends z.ZodRawShape>(fields: Fields) =>
  z.strictObject(fields).partial().refine((changes) => Object.keys(changes).length > 0, "Send a field to change.");

export const Removed = z.object({
  id,
  outcome: z.enum(["deleted", "retired"]).openapi({ description: "Retired, where something still needs it." }),
});
