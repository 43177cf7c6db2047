import { answerOf } from "../../../../shared/db/answer.ts";
import type { App } from "../../../../shared/http/app.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { etagOf } from "../../../../shared/http/version.ts";
import { requireVisible } from "../visible.ts";
import * as contract from "./contract.ts";
import { Diff, Restored, Version, VersionPage, VersionWithGames } from "./schemas.ts";

const shown = "schedule_id, number, note, run_id, created_by, created_at";

/** The games of a schedule as they once stood. */
export function registerVersions(app: App): void {
  registerReading(app);

  app.openapi(contract.keep, async (c) => {
    const { "if-match": expected_version, "idempotency-key": idempotency_key } = c.req.valid("header");
    const target = { schedule_id: c.req.valid("param").id, expected_version, idempotency_key };
    const kept = await answerOf(
      c.var.caller.client.rpc("keep_schedule_version", { ...target, ...c.req.valid("json") }),
    ) as { schedule: { version: number } };
    c.header("etag", etagOf(kept.schedule.version));
    return c.json(Version.parse(kept), 201);
  });

  app.openapi(contract.restore, async (c) => {
    const { "if-match": expected_version, "idempotency-key": idempotency_key } = c.req.valid("header");
    const { id: schedule_id, number } = c.req.valid("param");
    const target = { schedule_id, number, expected_version, idempotency_key };
    const answer = await answerOf(c.var.caller.client.rpc("restore_schedule_version", target));
    const restored = Restored.parse({ ...answer as object, schedule_id });
    c.header("etag", etagOf(restored.version));
    return c.json(restored, 200);
  });
}

function registerReading(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { before, limit } = c.req.valid("query");
    const { client } = c.var.caller;
    const schedule_id = c.req.valid("param").id;
    let query = client.from("schedule_versions").select(shown).eq("schedule_id", schedule_id)
      .order("number", { ascending: false }).limit(limit + 1);
    if (before) query = query.lt("number", before);
    const rows = await answerOf(query);
    if (rows.length === 0) await requireVisible(client, schedule_id);
    const next_before = rows.length > limit ? rows[limit - 1]!.number : null;
    return c.json(VersionPage.parse({ items: rows.slice(0, limit), next_before }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id, number } = c.req.valid("param");
    const found = await answerOf(
      c.var.caller.client.from("schedule_versions").select(`${shown}, games`).match({ schedule_id: id, number })
        .maybeSingle(),
    );
    if (!found) throw new Problem("not_found", { detail: "The schedule has no such version." });
    return c.json(VersionWithGames.parse(found), 200);
  });

  app.openapi(contract.diff, async (c) => {
    const { from, to } = c.req.valid("query");
    const target = { schedule_id: c.req.valid("param").id, from_version: from, to_version: to };
    return c.json(
      Diff.parse(await answerOf(c.var.caller.client.rpc("diff_schedule_versions", target, { get: true }))),
      200,
    );
  });
}
