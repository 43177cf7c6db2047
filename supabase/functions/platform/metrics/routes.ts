import { z } from "@hono/zod-openapi";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { getMetrics } from "./contract.ts";
import { contentType, expose } from "./exposition.ts";
import { Metric } from "./schemas.ts";

/** `GET /metrics`. */
export function registerMetrics(app: App): void {
  app.openapi(getMetrics, async (c) => {
    const metrics = z.array(Metric).parse(await answerOf(c.var.caller.client.rpc("metrics", c.req.valid("query"))));
    const whose = metrics.some(({ name }) => name === "almanac_database_bytes") ? "platform" : "organization";
    return c.text(await expose(metrics, whose), 200, { "content-type": contentType });
  });
}
