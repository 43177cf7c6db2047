import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { askAttendance } from "./attendance.ts";
import { askConflictRisk } from "./conflict-risk.ts";
import * as contract from "./contract.ts";
import { Attendance, ConflictRisk, Training, TvSlots } from "./schemas.ts";
import { askTvSlots } from "./tv-slots.ts";

/** What may come: attendance, what TV windows bring, what games run into. */
export function registerPredictions(app: App): void {
  app.openapi(
    contract.attendance,
    async (c) => c.json(Attendance.parse(await askAttendance(c.var.caller.client, c.req.valid("json"))), 200),
  );

  app.openapi(contract.train, async (c) => {
    const queued = await answerOf(c.var.caller.client.rpc("train_attendance", {
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(Training.parse(queued), 202);
  });

  app.openapi(
    contract.tvSlots,
    async (c) => c.json(TvSlots.parse(await askTvSlots(c.var.caller.client, c.req.valid("json"))), 200),
  );

  app.openapi(contract.conflictRisk, async (c) => {
    const { schedule_id } = c.req.valid("query");
    return c.json(ConflictRisk.parse(await askConflictRisk(c.var.caller.client, schedule_id)), 200);
  });
}
