import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { given, located, tagged } from "../collection.ts";
import * as contract from "./contract.ts";
import { RemovedTeam, Team, TeamPage } from "./schemas.ts";

/** Who plays. */
export function registerTeams(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, active, ...equal } = c.req.valid("query");
    const query = c.var.caller.client.from("teams").select("*").match(
      given({ ...equal, active: active && active === "true" }),
    );
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(TeamPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(c.var.caller.client.from("teams").select("*").eq("id", id).maybeSingle());
    if (!found) throw new Problem("not_found", { detail: "There is no such team." });
    return c.json(tagged(c, Team, found), 200);
  });

  app.openapi(contract.create, async (c) => {
    const { sport_id, ...team } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(c.var.caller.client.rpc("create_team", { sport_id, team, idempotency_key }));
    return c.json(located(c, Team, "/teams", made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { team_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const changes = c.req.valid("json");
    return c.json(tagged(c, Team, await answerOf(c.var.caller.client.rpc("update_team", { ...target, changes }))), 200);
  });

  app.openapi(contract.remove, async (c) => {
    const target = { team_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    return c.json(RemovedTeam.parse(await answerOf(c.var.caller.client.rpc("delete_team", target))), 200);
  });
}
