import { z } from "@hono/zod-openapi";

export const Status = z.enum(["ok", "degraded", "failed"]);
export type Status = z.infer<typeof Status>;

/** A check as the database tells it. */
export const Check = z.object({ name: z.string(), status: Status, detail: z.string() });
export type Check = z.infer<typeof Check>;

export const DatabaseHealth = z.object({ now: z.string(), checks: z.array(Check) });
export const DatabaseReadiness = z.array(Check);

export const HealthQuery = z.object({
  strict: z.enum(["true", "false"]).default("false").openapi({
    description: "`true`: 503 for what is degraded too. For monitors that wake people; load balancers leave it out.",
  }),
});

export const HealthReport = z.object({
  status: Status.openapi({ description: "The worst of its checks." }),
  checks: z.array(z.object({
    name: z.string(),
    status: Status,
    detail: z.string().optional().openapi({ description: "For operators only." }),
  })),
}).openapi("HealthReport");
export type HealthReport = z.infer<typeof HealthReport>;
