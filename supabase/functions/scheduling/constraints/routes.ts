import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { Json } from "../../../../shared/db/types.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { given, located, tagged } from "../collection.ts";
import { requireVisible } from "../visible.ts";
import * as contract from "./contract.ts";
import { Constraint, ConstraintPage } from "./schemas.ts";

/** What a schedule must hold to, or should. */
export function registerConstraints(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { limit, cursor, type, ...flags } = c.req.valid("query");
    const { client } = c.var.caller;
    const schedule_id = c.req.valid("param").id;
    const query = client.from("schedule_constraints").select("*").match(given({ schedule_id, type, ...flags }));
    const { rows, next_cursor } = await pageOf(query, "created_at", { limit, cursor });
    if (rows.length === 0) await requireVisible(client, schedule_id);
    return c.json(ConstraintPage.parse({ items: rows, next_cursor }), 200);
  });

  app.openapi(contract.add, async (c) => {
    const { "if-match": expected_version, "idempotency-key": idempotency_key } = c.req.valid("header");
    const target = { schedule_id: c.req.valid("param").id, expected_version, idempotency_key };
    const rule = c.req.valid("json") as Json;
    const added = await answerOf(c.var.caller.client.rpc("add_schedule_constraint", { ...target, rule }));
    return c.json(located(c, Constraint, "/constraints", added), 201);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const found = await answerOf(
      c.var.caller.client.from("schedule_constraints").select("*").eq("id", id).maybeSingle(),
    );
    if (!found) throw new Problem("not_found", { detail: "There is no such constraint." });
    return c.json(tagged(c, Constraint, found), 200);
  });

  app.openapi(contract.change, async (c) => {
    const target = { constraint_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    const changes = c.req.valid("json") as Json;
    const changed = await answerOf(c.var.caller.client.rpc("update_schedule_constraint", { ...target, changes }));
    return c.json(tagged(c, Constraint, changed), 200);
  });

  app.openapi(contract.remove, async (c) => {
    const target = { constraint_id: c.req.valid("param").id, expected_version: c.req.valid("header")["if-match"] };
    await answerOf(c.var.caller.client.rpc("delete_schedule_constraint", target));
    return c.body(null, 204);
  });
}
