import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { ApiKey, ApiKeyPage, NewApiKey } from "./schemas.ts";

/** Keys by which programs of an organization call. */
export function registerKeys(app: App): void {
  app.openapi(contract.create, async (c) => {
    const created = await answerOf(c.var.caller.client.rpc("create_api_key", {
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(NewApiKey.parse(created), 201);
  });

  app.openapi(contract.list, async (c) => {
    const { organization_id, ...page } = c.req.valid("query");
    const query = c.var.caller.client.from("api_keys").select("*").eq("organization_id", organization_id);
    const { rows, next_cursor } = await pageOf(query, "created_at", page);
    return c.json(ApiKeyPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.change, async (c) => {
    const target = { api_key_id: c.req.valid("param").id, ...c.req.valid("json") };
    return c.json(ApiKey.parse(await answerOf(c.var.caller.client.rpc("update_api_key", target))), 200);
  });

  app.openapi(contract.rotate, async (c) => {
    const rotated = await answerOf(c.var.caller.client.rpc("rotate_api_key", {
      api_key_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(NewApiKey.parse(rotated), 201);
  });

  app.openapi(contract.revoke, async (c) => {
    const target = { api_key_id: c.req.valid("param").id };
    return c.json(ApiKey.parse(await answerOf(c.var.caller.client.rpc("revoke_api_key", target))), 200);
  });
}
