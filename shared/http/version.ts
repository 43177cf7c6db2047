import { z } from "@hono/zod-openapi";

/** The ETag of a version. Strong, as `If-Match` compares; gateways that compress turn it weak, so both are read. */
export const etagOf = (version: number): string => `"${version}"`;

/** `If-Match`: the version the caller has seen, as the ETag, its weak form or a bare number; `*` is any version. */
export const ifMatch = z.string()
  .regex(/^(\*|(W\/)?"\d{1,15}"|\d{1,15})$/, 'Send the ETag you were given, as in "3".')
  .optional()
  .transform((value) => {
    const digits = value?.replace(/\D/g, "");
    return digits ? Number(digits) : undefined;
  })
  .openapi({ type: "string", example: '"3"', description: "Change only this version; else `409 version_conflict`." });
