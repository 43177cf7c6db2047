import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { Acked, Claimed, Extended, Nacked } from "./schemas.ts";

/** What the readers of a subscription call. */
export function registerPulling(app: App): void {
  app.openapi(contract.claim, async (c) => {
    const target = { subscription_id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(Claimed.parse(await answerOf(c.var.caller.client.rpc("claim_events", target))), 200);
  });

  app.openapi(contract.ack, async (c) => {
    const target = { subscription_id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(Acked.parse(await answerOf(c.var.caller.client.rpc("ack_events", target))), 200);
  });

  app.openapi(contract.nack, async (c) => {
    const target = { subscription_id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(Nacked.parse(await answerOf(c.var.caller.client.rpc("nack_events", target))), 200);
  });

  app.openapi(contract.extend, async (c) => {
    const target = { subscription_id: c.req.valid("param").id, ...c.req.valid("json") };
    const leased_until = await answerOf(c.var.caller.client.rpc("extend_events", target));
    return c.json(Extended.parse({ leased_until }), 200);
  });
}
