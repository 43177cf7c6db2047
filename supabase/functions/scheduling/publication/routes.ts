import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { tagged } from "../collection.ts";
import * as contract from "./contract.ts";
import { Conflicts, Schedule } from "./schemas.ts";

/** From draft to what stands in the calendar, and back. */
export function registerPublication(app: App): void {
  const commands = [[contract.publish, "publish_schedule"], [contract.unpublish, "unpublish_schedule"]] as const;
  for (const [route, command] of commands) {
    app.openapi(route, async (c) => {
      const { "if-match": expected_version, "idempotency-key": idempotency_key } = c.req.valid("header");
      const target = { schedule_id: c.req.valid("param").id, expected_version, idempotency_key };
      return c.json(tagged(c, Schedule, await answerOf(c.var.caller.client.rpc(command, target))), 200);
    });
  }

  app.openapi(contract.check, async (c) => {
    const schedule_id = c.req.valid("param").id;
    const found = await answerOf(c.var.caller.client.rpc("check_publication", { schedule_id }));
    return c.json(tagged(c, Conflicts, found), 200);
  });
}
