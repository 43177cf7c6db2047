import { createRoute, z } from "@hono/zod-openapi";
import type { SupabaseClient } from "@supabase/supabase-js";
import type { Database } from "../db/types.ts";
import type { Report } from "../jobs/worker.ts";
import type { App } from "./app.ts";
import { authenticate } from "./auth.ts";
import { json } from "./contract.ts";
import { type DocumentInfo, documentOf, problems, security } from "./openapi.ts";

const JobsReport = z.object({
  completed: z.int(),
  failed: z.int(),
  more: z.boolean().openapi({ description: "Whether it stopped before the queue was empty." }),
}).openapi("JobsReport");

const jobs = createRoute({
  method: "post",
  path: "/jobs",
  summary: "Work the queue",
  description: "Called by the platform when jobs are due; whoever holds the key may call it at any time.",
  tags: ["Platform"],
  security: [security.jobs],
  middleware: [authenticate("jobs")] as const,
  responses: {
    200: { description: "What was done.", ...json(JobsReport) },
    ...problems("not_authenticated", "invalid_api_key", "jobs_not_configured", "unavailable"),
  },
});

/** `POST /jobs`: works the function's queue. */
export function registerJobs(app: App, drain: (client: SupabaseClient<Database>) => Promise<Report>): void {
  app.openapi(jobs, async (c) => c.json(await drain(c.var.caller.client), 200));
}

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the function runs",
  tags: ["Platform"],
  responses: { 200: { description: "It does.", ...json(z.object({ status: z.literal("ok") }).openapi("Health")) } },
});

/** `GET /health`: answers as long as the function does. */
export function registerHealth(app: App): void {
  app.openapi(health, (c) => c.json({ status: "ok" as const }, 200));
}

/** `GET /openapi.json`: what the function's routes are, made at the first request. */
export function registerDocument(app: App, info: DocumentInfo): void {
  let document: unknown;
  app.get("/openapi.json", (c) => {
    document ??= documentOf(app, info, c.var.settings.url);
    c.header("cache-control", "public, max-age=300");
    return c.json(document as object);
  });
}
