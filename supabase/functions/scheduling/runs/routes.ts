import type { Context } from "hono";
import { answerOf } from "../../../../shared/db/answer.ts";
import { pageOf } from "../../../../shared/db/page.ts";
import type { App } from "../../../../shared/http/app.ts";
import type { AppEnv } from "../../../../shared/http/auth.ts";
import { Problem } from "../../../../shared/http/problem.ts";
import { etagOf } from "../../../../shared/http/version.ts";
import { requireVisible } from "../visible.ts";
import * as contract from "./contract.ts";
import { AppliedSchedule, Run, RunPage } from "./schemas.ts";

interface Row {
  evaluations: number | null;
  done_evaluations: number;
  start_hard: number | null;
  start_soft: number | null;
  best_hard: number | null;
  best_soft: number | null;
}

/** A run's row with what follows from it. */
function documentOf(row: Row): object {
  const { evaluations, done_evaluations, start_hard, start_soft, best_hard, best_soft } = row;
  const measured = start_hard !== null && start_soft !== null && best_hard !== null && best_soft !== null;
  return {
    ...row,
    percent: evaluations ? Math.min(100, Math.floor((100 * done_evaluations) / evaluations)) : 0,
    improvement: measured ? { hard: start_hard - best_hard, soft: start_soft - best_soft } : null,
  };
}

function tagged(c: Context<AppEnv>, row: unknown) {
  const run = Run.parse(documentOf(row as Row));
  c.header("etag", etagOf(run.version));
  return run;
}

/** Runs of the optimizer: asked for, watched, ended, taken over. */
export function registerRuns(app: App): void {
  registerReads(app);
  registerCommands(app);
}

function registerReads(app: App): void {
  app.openapi(contract.list, async (c) => {
    const { status, ...page } = c.req.valid("query");
    const { id } = c.req.valid("param");
    const query = c.var.caller.client.from("optimization_runs").select("*").eq("schedule_id", id);
    const { rows, next_cursor } = await pageOf(status ? query.eq("status", status) : query, "created_at", page);
    if (rows.length === 0) await requireVisible(c.var.caller.client, id);
    return c.json(RunPage.parse({ items: rows.map(documentOf), next_cursor }), 200);
  });

  app.openapi(contract.read, async (c) => {
    const { id } = c.req.valid("param");
    const row = await answerOf(c.var.caller.client.from("optimization_runs").select("*").eq("id", id).maybeSingle());
    if (!row) throw new Problem("not_found", { detail: "There is no such run." });
    return c.json(tagged(c, row), 200);
  });
}

function registerCommands(app: App): void {
  app.openapi(contract.optimize, async (c) => {
    const { from, ...terms } = c.req.valid("json");
    const headers = c.req.valid("header");
    const started = await answerOf(c.var.caller.client.rpc("optimize_schedule", {
      schedule_id: c.req.valid("param").id,
      ...terms,
      started_from: from,
      expected_version: headers["if-match"],
      idempotency_key: headers["idempotency-key"],
    }));
    const run = tagged(c, started);
    c.header("location", `${c.var.settings.url}/functions/v1/scheduling/runs/${run.id}`);
    return c.json(run, 202);
  });

  app.openapi(contract.cancel, async (c) => {
    const cancelled = await answerOf(c.var.caller.client.rpc("cancel_optimization_run", {
      run_id: c.req.valid("param").id,
      keep: c.req.valid("json")?.keep ?? false,
      expected_version: c.req.valid("header")["if-match"],
    }));
    return c.json(tagged(c, cancelled), 200);
  });

  app.openapi(contract.apply, async (c) => {
    const headers = c.req.valid("header");
    const schedule = AppliedSchedule.parse(
      await answerOf(c.var.caller.client.rpc("apply_optimization_run", {
        run_id: c.req.valid("param").id,
        expected_version: headers["if-match"],
        idempotency_key: headers["idempotency-key"],
      })),
    );
    c.header("etag", etagOf(schedule.version));
    return c.json(schedule, 200);
  });
}
