import { z } from "@hono/zod-openapi";

const jsonObject = z.record(z.string(), z.unknown());

export const ConstraintType = z.object({
  type: z.string().openapi({ example: "CA1" }),
  title: z.string(),
  description: z.string(),
  schema: jsonObject.openapi({ description: "JSON Schema of the `params` of such a constraint." }),
  example: jsonObject.openapi({ description: "Such `params`." }),
}).openapi("ConstraintType");

export const ConstraintTypes = z.object({ items: z.array(ConstraintType) }).openapi("ConstraintTypes");
