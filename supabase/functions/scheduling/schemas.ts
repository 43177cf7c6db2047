import { z } from "@hono/zod-openapi";
import { cursor, id, idempotencyKey, limit } from "../../../shared/http/schemas.ts";
import { ifMatch } from "../../../shared/http/version.ts";

/** What every list of the function takes; each topic adds its filters. */
export const ListQuery = z.object({ organization_id: id, limit: limit(200, 50), cursor });

/** `If-Match`: a change of what the caller has seen, or `409 version_conflict`. */
export const ChangeHeaders = z.object({ "if-match": ifMatch });

/** Of commands that make something, or that would do twice what is asked twice. */
export const CommandHeaders = z.object({ "if-match": ifMatch, "idempotency-key": idempotencyKey });
