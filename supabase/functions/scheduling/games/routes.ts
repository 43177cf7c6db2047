import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { etagOf } from "../../../../shared/http/version.ts";
import { located, tagged } from "../collection.ts";
import { requireVisible } from "../visible.ts";
import * as contract from "./contract.ts";
import { columns, listGames } from "./game-list.ts";
import { Game, GamePage, GamesPut } from "./schemas.ts";

/** Games: one by one, or all of a schedule at once. */
export function registerGames(app: App): void {
  registerReading(app);
  registerChanges(app);
  registerActions(app);
}

function registerReading(app: App): void {
  app.openapi(
    contract.list,
    async (c) => c.json(GamePage.parse(await listGames(c.var.caller.client, c.req.valid("query"))), 200),
  );

  app.openapi(contract.listOfSchedule, async (c) => {
    const schedule_id = c.req.valid("param").id;
    const page = await listGames(c.var.caller.client, { ...c.req.valid("query"), schedule_id });
    if (page.items.length === 0) await requireVisible(c.var.caller.client, schedule_id);
    return c.json(GamePage.parse(page), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(c.var.caller.client.from("games").select(columns).eq("id", id).maybeSingle());
    if (!found) throw new Problem("not_found", { detail: "There is no such game." });
    return c.json(tagged(c, Game, found), 200);
  });
}

function registerChanges(app: App): void {
  app.openapi(contract.add, async (c) => {
    const { "if-match": expected_version, "idempotency-key": idempotency_key } = c.req.valid("header");
    const target = { schedule_id: c.req.valid("param").id, expected_version, idempotency_key };
    const added = await answerOf(c.var.caller.client.rpc("add_game", { ...target, game: c.req.valid("json") }));
    return c.json(located(c, Game, "/games", added), 201);
  });

  for (const [route, keep_others] of [[contract.put, false], [contract.putSome, true]] as const) {
    app.openapi(route, async (c) => {
      const { "if-match": expected_version, "idempotency-key": idempotency_key } = c.req.valid("header");
      const schedule_id = c.req.valid("param").id;
      const target = { schedule_id, keep_others, expected_version, idempotency_key };
      const answer = await answerOf(c.var.caller.client.rpc("put_games", { ...target, ...c.req.valid("json") }));
      const put = GamesPut.parse({ ...answer as object, schedule_id });
      c.header("etag", etagOf(put.version));
      return c.json(put, 200);
    });
  }

  app.openapi(contract.change, async (c) => {
    const target = targetOf(c, c.req.valid("header"));
    const changes = c.req.valid("json");
    return c.json(tagged(c, Game, await answerOf(c.var.caller.client.rpc("update_game", { ...target, changes }))), 200);
  });

  app.openapi(contract.remove, async (c) => {
    await answerOf(c.var.caller.client.rpc("remove_game", targetOf(c, c.req.valid("header"))));
    return c.body(null, 204);
  });
}

function registerActions(app: App): void {
  app.openapi(contract.swap, async (c) => {
    const target = targetOf(c, c.req.valid("header"));
    return c.json(tagged(c, Game, await answerOf(c.var.caller.client.rpc("swap_game", target))), 200);
  });

  for (const [route, command] of [[contract.postpone, "postpone_game"], [contract.cancel, "cancel_game"]] as const) {
    app.openapi(route, async (c) => {
      const target = { ...targetOf(c, c.req.valid("header")), ...c.req.valid("json") };
      return c.json(tagged(c, Game, await answerOf(c.var.caller.client.rpc(command, target))), 200);
    });
  }

  app.openapi(contract.reinstate, async (c) => {
    const target = { ...targetOf(c, c.req.valid("header")), changes: c.req.valid("json") };
    return c.json(tagged(c, Game, await answerOf(c.var.caller.client.rpc("reinstate_game", target))), 200);
  });

  app.openapi(contract.result, async (c) => {
    const target = { ...targetOf(c, c.req.valid("header")), ...c.req.valid("json") };
    return c.json(tagged(c, Game, await answerOf(c.var.caller.client.rpc("record_result", target))), 200);
  });
}

const targetOf = (c: Context<AppEnv>, headers: { "if-match"?: number | undefined }) => ({
  game_id: c.req.param("id")!,
  expected_version: headers["if-match"],
});
