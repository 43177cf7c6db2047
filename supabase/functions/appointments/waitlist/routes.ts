import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { Entry, JoinedEntry, ReadEntry } from "./schemas.ts";

/** Who waits for a slot. */
export function registerWaitlist(app: App): void {
  app.openapi(contract.join, async (c) => {
    const joined = JoinedEntry.parse(
      await answerOf(c.var.caller.client.rpc("join_waitlist", {
        ...c.req.valid("json"),
        idempotency_key: c.req.valid("header")["idempotency-key"],
      })),
    );
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/waitlist/${joined.id}`);
    return c.json(joined, 201);
  });

  app.openapi(contract.read, async (c) => {
    const target = { entry_id: c.req.valid("param").id, waitlist_token: c.req.valid("header")["x-manage-token"] };
    return c.json(ReadEntry.parse(await answerOf(c.var.caller.client.rpc("get_waitlist_entry", target))), 200);
  });

  app.openapi(contract.leave, async (c) => {
    const target = { entry_id: c.req.valid("param").id, waitlist_token: c.req.valid("header")["x-manage-token"] };
    return c.json(Entry.parse(await answerOf(c.var.caller.client.rpc("leave_waitlist", target))), 200);
  });
}
