import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { decodeCursor, encodeCursor } from "../../../../shared/http/cursor.ts";
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
    const { organization_id, limit, cursor } = c.req.valid("query");
    let query = c.var.caller.client.from("api_keys").select("*").eq("organization_id", organization_id)
      .order("created_at").order("id").limit(limit + 1);
    if (cursor) {
      const { after, id } = decodeCursor(cursor);
      query = query.gte("created_at", after).or(`created_at.gt."${after}",id.gt.${id}`);
    }
    const rows = await answerOf(query);
    const last = rows.length > limit ? rows[limit - 1] : undefined;
    const next_cursor = last ? encodeCursor({ after: last.created_at, id: last.id }) : null;
    return c.json(ApiKeyPage.parse({ items: rows.slice(0, limit), next_cursor }), 200);
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
