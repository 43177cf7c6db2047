import type { App } from "../../../../shared/http/app.ts";
import { healthOf, readinessOf, reportOf } from "./checks.ts";
import { getHealth, getReady } from "./contract.ts";

/** `GET /health` and `GET /ready`. */
export function registerHealthChecks(app: App): void {
  app.openapi(getHealth, async (c) => {
    const report = reportOf(await healthOf(c.var.settings), c.var.caller.kind === "operator");
    const well = report.status === "ok" || (report.status === "degraded" && c.req.valid("query").strict === "false");
    return c.json(report, well ? 200 : 503);
  });

  app.openapi(getReady, async (c) => {
    const report = reportOf(await readinessOf(c.var.settings), c.var.caller.kind === "operator");
    return c.json(report, report.status === "failed" ? 503 : 200);
  });
}
