import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { Limits, mostLimits } from "./schemas.ts";

/** How much may be booked. */
export function registerLimits(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { organization_id, service_id, resource_id } = c.req.valid("query");
    let query = c.var.caller.client.from("booking_limits").select("*").eq("organization_id", organization_id)
      .order("created_at").order("id").limit(mostLimits);
    if (service_id) query = query.eq("service_id", service_id);
    if (resource_id) query = query.eq("resource_id", resource_id);
    return c.json(Limits.parse({ items: await answerOf(query) }), 200);
  });

  app.openapi(contract.set, async (c) => {
    const items = await answerOf(c.var.caller.client.rpc("set_booking_limits", c.req.valid("json")));
    return c.json(Limits.parse({ items }), 200);
  });
}
