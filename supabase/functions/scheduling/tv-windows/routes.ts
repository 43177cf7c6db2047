import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { given, located, tagged } from "../collection.ts";
import * as contract from "./contract.ts";
import { TvWindow, TvWindowPage } from "./schemas.ts";

/** When a broadcaster takes a game, and what it brings. */
export function registerTvWindows(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, ...equal } = c.req.valid("query");
    const query = c.var.caller.client.from("tv_windows").select("*").match(given(equal));
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(TvWindowPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(c.var.caller.client.from("tv_windows").select("*").eq("id", id).maybeSingle());
    if (!found) throw new Problem("not_found", { detail: "There is no such TV window." });
    return c.json(tagged(c, TvWindow, found), 200);
  });

  app.openapi(contract.create, async (c) => {
    const { season_id, ...tv_window } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(c.var.caller.client.rpc("create_tv_window", { season_id, tv_window, idempotency_key }));
    return c.json(located(c, TvWindow, "/tv-windows", made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { tv_window_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const changes = c.req.valid("json");
    return c.json(
      tagged(c, TvWindow, await answerOf(c.var.caller.client.rpc("update_tv_window", { ...target, changes }))),
      200,
    );
  });

  app.openapi(contract.remove, async (c) => {
    const target = { tv_window_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    await answerOf(c.var.caller.client.rpc("delete_tv_window", target));
    return c.body(null, 204);
  });
}
