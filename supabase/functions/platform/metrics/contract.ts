import { createRoute, z } from "@hono/zod-openapi";
import { authenticate } from "../../../../shared/http/auth.ts";
import { asked } from "../../../../shared/http/contract.ts";
import { problems, security } from "../../../../shared/http/openapi.ts";
import { MetricsQuery } from "./schemas.ts";

export const getMetrics = createRoute({
  method: "get",
  path: "/metrics",
  summary: "Figures for Prometheus",
  description:
    "With a secret key: the whole platform's. With the permission `metrics.read`: those of one organization.",
  tags: ["Health and metrics"],
  security: [security.operator, security.user],
  middleware: [authenticate("operator", "user", "key", "service")] as const,
  request: { query: MetricsQuery },
  responses: {
    200: {
      description: "Prometheus text format, version 0.0.4.",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problems(...asked, "permission_denied"),
  },
});
