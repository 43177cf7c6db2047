import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { Location, Locations, mostLocations, Nearby } from "./schemas.ts";

/** Where organizations are. */
export function registerPlaces(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { organization_id, active } = c.req.valid("query");
    let query = c.var.caller.client.from("locations").select("*").eq("organization_id", organization_id)
      .order("name").order("id").limit(mostLocations);
    if (active) query = query.eq("active", active === "true");
    return c.json(Locations.parse({ items: await answerOf(query) }), 200);
  });

  app.openapi(contract.create, async (c) => {
    const made = await answerOf(c.var.caller.client.rpc("create_location", {
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(Location.parse(made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const changed = await answerOf(c.var.caller.client.rpc("update_location", {
      location_id: c.req.valid("param").id,
      changes: c.req.valid("json"),
    }));
    return c.json(Location.parse(changed), 200);
  });

  app.openapi(contract.nearby, async (c) => {
    const { limit, open_now, ...query } = c.req.valid("query");
    const found = await answerOf(c.var.caller.client.rpc("organizations_nearby", {
      ...query,
      open_now: open_now === "true",
      page_size: limit,
    }, { get: true }));
    return c.json(Nearby.parse(found), 200);
  });
}
