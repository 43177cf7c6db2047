import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { given, located, tagged } from "../collection.ts";
import * as contract from "./contract.ts";
import { Season, SeasonPage } from "./schemas.ts";

/** When it is played. */
export function registerSeasons(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...equal } = c.req.valid("query");
    const query = c.var.caller.client.from("seasons").select("*").match(given(equal));
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(SeasonPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(c.var.caller.client.from("seasons").select("*").eq("id", id).maybeSingle());
    if (!found) throw new Problem("not_found", { detail: "There is no such season." });
    return c.json(tagged(c, Season, found), 200);
  });

  app.openapi(contract.create, async (c) => {
    const { sport_id, ...season } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(c.var.caller.client.rpc("create_season", { sport_id, season, idempotency_key }));
    return c.json(located(c, Season, "/seasons", made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { season_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const changes = c.req.valid("json");
    return c.json(
      tagged(c, Season, await answerOf(c.var.caller.client.rpc("update_season", { ...target, changes }))),
      200,
    );
  });

  app.openapi(contract.remove, async (c) => {
    const target = { season_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    await answerOf(c.var.caller.client.rpc("delete_season", target));
    return c.body(null, 204);
  });
}
