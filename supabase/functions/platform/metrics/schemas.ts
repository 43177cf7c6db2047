import { z } from "@hono/zod-openapi";
import { id } from "../../../../shared/http/schemas.ts";

export const MetricsQuery = z.object({
  organization_id: id.optional().openapi({
    description:
      "Whose figures. Without it those of the whole platform, for its operator; an API key's own organization.",
  }),
});

/** A figure as the database tells it. */
export const Metric = z.object({
  name: z.string(),
  kind: z.enum(["counter", "gauge", "histogram"]),
  labels: z.record(z.string(), z.string()),
  value: z.number(),
  buckets: z.array(z.number()).nullable(),
});
export type Metric = z.infer<typeof Metric>;
