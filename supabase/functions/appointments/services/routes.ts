import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { Service } from "./schemas.ts";

/** What is on offer. Reading is a table's business: `supabase.from("services")`. */
export function registerServices(app: App): void {
  app.openapi(contract.create, async (c) => {
    const { organization_id, ...service } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const created = await answerOf(
      c.var.caller.client.rpc("create_service", { organization_id, service, idempotency_key }),
    );
    return c.json(Service.parse(created), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { service_id: c.req.valid("param").id, changes: c.req.valid("json") };
    return c.json(Service.parse(await answerOf(c.var.caller.client.rpc("update_service", target))), 200);
  });

  app.openapi(contract.setGroups, async (c) => {
    const target = { service_id: c.req.valid("param").id, groups: c.req.valid("json").groups };
    await answerOf(c.var.caller.client.rpc("set_service_groups", target));
    return c.body(null, 204);
  });
}
