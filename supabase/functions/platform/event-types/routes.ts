import { answerOf } from "../../../../shared/db/answer.ts";
import type { Json } from "../../../../shared/db/types.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import * as contract from "./contract.ts";
import { decodePlace, encodePlace } from "./page.ts";
import { EventType, EventTypePage } from "./schemas.ts";

/** What may be published, and the shape of its data. */
export function registerEventTypes(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { organization_id, type, status, own, limit, cursor } = c.req.valid("query");
    const whose = `${own === "true" ? "" : "organization_id.is.null,"}organization_id.eq.${organization_id}`;
    let query = c.var.caller.client.from("event_types").select("*")
      .or(cursor ? `and(or(${whose}),or(${decodePlace(cursor)}))` : whose)
      .order("type").order("version", { ascending: false }).order("id").limit(limit + 1);
    if (type && type !== "*") query = query.like("type", type.replaceAll("_", "\\_").replace("*", "%"));
    if (status) query = query.eq("status", status);
    const rows = await answerOf(query);
    const items = rows.slice(0, limit);
    const next_cursor = rows.length > limit ? encodePlace(items.at(-1)!) : null;
    return c.json(EventTypePage.parse({ items, next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(c.var.caller.client.from("event_types").select("*").eq("id", id).maybeSingle());
    if (!found) throw new Problem("not_found");
    return c.json(EventType.parse(found), 200);
  });

  app.openapi(contract.declare, async (c) => {
    const { schema, ...type } = c.req.valid("json");
    const declared = await answerOf(c.var.caller.client.rpc("declare_event_type", {
      ...type,
      schema: schema as Json,
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(EventType.parse(declared), 201);
  });

  app.openapi(contract.deprecate, async (c) => {
    const event_type_id = c.req.valid("param").id;
    return c.json(
      EventType.parse(await answerOf(c.var.caller.client.rpc("deprecate_event_type", { event_type_id }))),
      200,
    );
  });

  app.openapi(contract.retire, async (c) => {
    const event_type_id = c.req.valid("param").id;
    return c.json(
      EventType.parse(await answerOf(c.var.caller.client.rpc("retire_event_type", { event_type_id }))),
      200,
    );
  });
}
