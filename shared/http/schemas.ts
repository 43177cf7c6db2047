import { z } from "@hono/zod-openapi";

// Ids of older systems are no RFC uuids: only the form is asked for.
export const id = z.guid().openapi({ format: "uuid", example: "0199e2c4-7b1a-7cc3-8f0e-5a2d9c1b4e77" });
export const instant = z.iso.datetime({ offset: true }).openapi({ example: "2027-03-01T09:00:00+00:00" });
export const limit = (most: number, usual: number) => z.coerce.number().int().min(1).max(most).default(usual);
export const cursor = z.string().max(500).optional().openapi({ description: "`next_cursor` of the page before." });

export const IdParameter = z.object({ id });

export const idempotencyKey = z.string().max(200).optional().openapi({
  description: "The same key and body give the same answer, however often they are sent.",
});
export const IdempotencyHeaders = z.object({ "idempotency-key": idempotencyKey });
