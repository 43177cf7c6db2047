import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { given, located, tagged } from "../collection.ts";
import * as contract from "./contract.ts";
import { Sport, SportPage } from "./schemas.ts";

/** What is played. */
export function registerSports(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...equal } = c.req.valid("query");
    const query = c.var.caller.client.from("sports").select("*").match(given(equal));
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(SportPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(c.var.caller.client.from("sports").select("*").eq("id", id).maybeSingle());
    if (!found) throw new Problem("not_found", { detail: "There is no such sport." });
    return c.json(tagged(c, Sport, found), 200);
  });

  app.openapi(contract.create, async (c) => {
    const { organization_id, ...sport } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(c.var.caller.client.rpc("create_sport", { organization_id, sport, idempotency_key }));
    return c.json(located(c, Sport, "/sports", made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { sport_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const changes = c.req.valid("json");
    return c.json(
      tagged(c, Sport, await answerOf(c.var.caller.client.rpc("update_sport", { ...target, changes }))),
      200,
    );
  });

  app.openapi(contract.remove, async (c) => {
    const target = { sport_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    await answerOf(c.var.caller.client.rpc("delete_sport", target));
    return c.body(null, 204);
  });
}
