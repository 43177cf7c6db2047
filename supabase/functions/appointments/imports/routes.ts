import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { ImportReport } from "./schemas.ts";

/** What another system has booked. */
export function registerImports(app: App): void {
  app.openapi(contract.importAppointments, async (c) => {
    const report = await answerOf(c.var.caller.client.rpc("import_appointments", {
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(ImportReport.parse(report), 200);
  });
}
