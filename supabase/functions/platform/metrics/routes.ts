import { z } from "@hono/zod-openapi";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { loggerOf } from "../../../../shared/log.ts";
import { families } from "../../../../shared/metrics/families.ts";
import { getMetrics } from "./contract.ts";
import { contentType, expose } from "./exposition.ts";
import { Metric } from "./schemas.ts";

const log = loggerOf("platform");

/** `GET /metrics`. */
export function registerMetrics(app: App): void {
  app.openapi(getMetrics, async (c) => {
    const metrics = z.array(Metric).parse(await answerOf(c.var.caller.client.rpc("metrics", c.req.valid("query"))));
    const unknown = new Set(metrics.filter(({ name }) => !(name in families)).map(({ name }) => name));
    if (unknown.size > 0) log.warn("metrics without a family", { names: [...unknown] });
    const whose = metrics.some(({ name }) => name === "almanac_database_bytes") ? "platform" : "organization";
    return c.text(await expose(metrics, whose), 200, { "content-type": contentType });
  });
}
