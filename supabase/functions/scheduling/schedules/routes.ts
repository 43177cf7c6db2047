import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import { given, located, tagged } from "../collection.ts";
import * as contract from "./contract.ts";
import { ScheduleDetails, SchedulePage } from "./schemas.ts";

/** Schedules: drafts and what became of them. Their games, constraints and runs have topics of their own. */
export function registerSchedules(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, sport_id, ...equal } = c.req.valid("query");
    const { client } = c.var.caller;
    let query = client.from("schedules").select("*").match(given(equal));
    if (sport_id) {
      const seasons = await answerOf(client.from("seasons").select("id").eq("sport_id", sport_id).limit(1000));
      query = query.in("season_id", seasons.map(({ id }) => id));
    }
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    return c.json(SchedulePage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const schedule_id = c.req.valid("param").id;
    const found = await answerOf(c.var.caller.client.rpc("get_schedule", { schedule_id }, { get: true }));
    return c.json(tagged(c, ScheduleDetails, found), 200);
  });

  app.openapi(contract.create, async (c) => {
    const { season_id, ...schedule } = c.req.valid("json");
    const idempotency_key = c.req.valid("header")["idempotency-key"];
    const made = await answerOf(c.var.caller.client.rpc("create_schedule", { season_id, schedule, idempotency_key }));
    return c.json(located(c, ScheduleDetails, "/schedules", made), 201);
  });

  app.openapi(contract.change, async (c) => {
    const target = { schedule_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const changed = await answerOf(
      c.var.caller.client.rpc("update_schedule", { ...target, changes: c.req.valid("json") }),
    );
    return c.json(tagged(c, ScheduleDetails, changed), 200);
  });

  app.openapi(contract.remove, async (c) => {
    const target = { schedule_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    await answerOf(c.var.caller.client.rpc("delete_schedule", target));
    return c.body(null, 204);
  });

  app.openapi(contract.archive, async (c) => {
    const target = { schedule_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const archived = await answerOf(c.var.caller.client.rpc("archive_schedule", target));
    return c.json(tagged(c, ScheduleDetails, archived), 200);
  });

  app.openapi(contract.copy, async (c) => {
    const copied = await answerOf(c.var.caller.client.rpc("copy_schedule", {
      schedule_id: c.req.valid("param").id,
      ...c.req.valid("json"),
      idempotency_key: c.req.valid("header")["idempotency-key"],
    }));
    return c.json(located(c, ScheduleDetails, "/schedules", copied), 201);
  });
}
