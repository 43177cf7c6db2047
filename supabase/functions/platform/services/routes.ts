import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { Json } from "../../../../shared/db/types.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import {
  Discovered,
  Grant,
  NewService,
  RegisteredService,
  RevokedTokens,
  RotatedSecret,
  ServiceDetails,
  ServicePage,
} from "./schemas.ts";

/** Services, ours and others': who they are, where, and what they may do. */
export function registerServices(app: App): void {
  registerReading(app);

  app.openapi(contract.register, async (c) => {
    const { organization_id, ...fields } = c.req.valid("json");
    const service = fields as Json;
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(
      c.var.caller.client.rpc("register_service", { service, organization_id, idempotency_key }),
    );
    return c.json(NewService.parse(made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { service_id: c.req.valid("param").id, changes: c.req.valid("json") as Json };
    const changed = await answerOf(c.var.caller.client.rpc("update_registered_service", target));
    return c.json(RegisteredService.parse(changed), 200);
  });

  app.openapi(contract.retire, async (c) => {
    const target = { service_id: c.req.valid("param").id };
    const retired = await answerOf(c.var.caller.client.rpc("retire_registered_service", target));
    return c.json(RegisteredService.parse(retired), 200);
  });

  app.openapi(contract.rotate, async (c) => {
    const rotated = await answerOf(c.var.caller.client.rpc("rotate_service_secret", {
      service_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(RotatedSecret.parse(rotated), 201);
  });

  app.openapi(contract.revokeTokens, async (c) => {
    const target = { service_id: c.req.valid("param").id };
    const revoked = await answerOf(c.var.caller.client.rpc("revoke_service_tokens", target));
    return c.json(RevokedTokens.parse(revoked), 200);
  });

  app.openapi(contract.grant, async (c) => {
    const { id: service_id, organization_id } = c.req.valid("param");
    const target = { service_id, organization_id, ...c.req.valid("json") };
    return c.json(Grant.parse(await answerOf(c.var.caller.client.rpc("grant_service", target))), 200);
  });

  app.openapi(contract.ungrant, async (c) => {
    const { id: service_id, organization_id } = c.req.valid("param");
    await answerOf(c.var.caller.client.rpc("ungrant_service", { service_id, organization_id }));
    return c.body(null, 204);
  });
}

function registerReading(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { organization_id, status, ...page } = c.req.valid("query");
    let query = c.var.caller.client.from("service_registry").select("*");
    if (organization_id) query = query.eq("organization_id", organization_id);
    query = status ? query.eq("status", status) : query.neq("status", "retired");
    const { rows, next_cursor } = await pageOf(query, "created_at", page);
    return c.json(ServicePage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.discover, async (c) => {
    const found = await answerOf(c.var.caller.client.rpc("discover_services", c.req.valid("query")));
    return c.json(Discovered.parse({ items: found }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const target = { service_id: c.req.valid("param").id };
    const found = await answerOf(c.var.caller.client.rpc("get_registered_service", target));
    return c.json(ServiceDetails.parse(found), 200);
  });
}
