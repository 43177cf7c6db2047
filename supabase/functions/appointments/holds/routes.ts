import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import * as contract from "./contract.ts";
import { Hold, PlacedHold } from "./schemas.ts";

/** Slots kept for one visitor. */
export function registerHolds(app: App): void {
  app.openapi(contract.place, async (c) => {
    const placed = PlacedHold.parse(
      await answerOf(c.var.caller.client.rpc("place_hold", {
        ...c.req.valid("json"),
        idempotency_key: c.req.valid("header")["idempotency-key"],
      })),
    );
    c.header("location", `${c.var.settings.url}/functions/v1/appointments/holds/${placed.id}`);
    return c.json(placed, 201);
  });

  app.openapi(contract.read, async (c) => {
    const target = { hold_id: c.req.valid("param").id, hold_token: c.req.valid("header")["x-manage-token"] };
    return c.json(Hold.parse(await answerOf(c.var.caller.client.rpc("get_hold", target))), 200);
  });

  app.openapi(contract.release, async (c) => {
    const target = { hold_id: c.req.valid("param").id, hold_token: c.req.valid("header")["x-manage-token"] };
    return c.json(Hold.parse(await answerOf(c.var.caller.client.rpc("release_hold", target))), 200);
  });
}
