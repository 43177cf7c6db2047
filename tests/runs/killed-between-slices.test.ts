import assert from "node:assert/strict";
import { withFreshDatabase } from "../../scripts/db/fresh.ts";
import { startRun } from "../../shared/optimizer/mod.ts";
import { leagueOf, namedPlacements } from "../../shared/scheduling/league-of.ts";
import { connect } from "../sagas/sql-backend.ts";
import { endLeases, leagueDocument, newOffice, newSchedule, start } from "./league.ts";
import type { Orders } from "./worker.ts";

const worker = new URL("./worker.ts", import.meta.url).pathname;
const evaluations = 400_000;

/** Works until it dies; where that was, or "idle". */
async function work(orders: Orders): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-check", "--allow-all", worker],
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(orders)));
  await writer.close();
  const { stdout, signal, success } = await child.output();
  assert.ok(success || signal === "SIGKILL", "the worker failed otherwise");
  return signal === "SIGKILL" ? new TextDecoder().decode(stdout) : "idle";
}

Deno.test("a run whose workers are killed at every point ends as if nothing had happened", () =>
  withFreshDatabase(async (url) => {
    const sql = connect(url);
    const schedule = await newSchedule(sql, await newOffice(sql));
    const input = await leagueDocument(sql, schedule);
    const id = await start(sql, schedule, evaluations);

    // Each dies one point further: after the claim, with a slice worked and not saved, after it is saved, in the next …
    const deaths: string[] = [];
    for (let dieAt = 1; dieAt <= 6; dieAt++) {
      deaths.push(await work({ url, dieAt, milliseconds: 40 }));
      await endLeases(sql);
    }
    assert.deepEqual(deaths, ["claimed", "worked", "saved", "claimed", "worked", "saved"]);
    const [halfway] = await sql`select status, done_evaluations, slices from public.optimization_runs where id = ${id}`;
    assert.equal(halfway!.status, "running");
    assert.ok(halfway!.slices >= 2);

    assert.equal(await work({ url, dieAt: 0, milliseconds: 40 }), "idle");
    const [run] = await sql`select * from public.optimization_runs where id = ${id}`;
    assert.equal(run!.status, "succeeded", run!.failure);
    const [{ left }] = await sql<[{ left: number }]>`select count(*)::int as left from scheduling.run_states`;
    assert.equal(left, 0, "its state is gone");

    const { league, games } = leagueOf(input);
    const unsliced = startRun(league, { seed: 3, evaluations });
    const { best } = unsliced.advance(evaluations);
    assert.deepEqual([run!.best_hard, run!.best_soft], [best.hard, best.soft]);
    const kept = await leagueDocument(sql, schedule, run!.result_version);
    const sides = (round: number | undefined, home: string, away: string) => `${round} ${home} ${away}`;
    assert.deepEqual(
      kept.games.map(({ round, home_team_id, away_team_id }) => sides(round, home_team_id, away_team_id)).sort(),
      namedPlacements(unsliced.best(), games).map(({ round, home, away }) => sides(round, home, away)).sort(),
    );
    await sql.end();
  }));
