import process from "node:process";
import { createClient } from "@supabase/supabase-js";
import type { Sql } from "postgres";
import { decodeBase64 } from "../../shared/scheduling/base64.ts";
import { resumeRun, startRun } from "../../shared/optimizer/mod.ts";
import { leagueOf } from "../../shared/scheduling/league-of.ts";
import type { RunBackend } from "../../shared/scheduling/runs.ts";
import { workSlice } from "../../shared/scheduling/slice.ts";
import { sqlRunBackend } from "../../tests/runs/backend.ts";
import { callAsService, connect } from "../../tests/sagas/sql-backend.ts";
import { withFreshDatabase } from "../db/fresh.ts";
import { KEYS } from "../stack/keys.ts";
import { withTestDatabase } from "../testing/database.ts";
import { withStack } from "../testing/stack.ts";
import { type Context, type Figure, percent, quantile, type Row } from "./figure.ts";
import { leagueDocument, newSeason } from "./optimize-season.ts";

/** Runs of the optimizer in slices, and one edit checked while someone drags a game. */
export const optimize: Figure = {
  name: "optimize",
  about: "optimization runs in slices, and the check of one edit",
  run: async ({ server, quick }: Context) => [
    ...await withFreshDatabase((url) => slices(url, quick ? 500_000 : 4_000_000)),
    ...await withTestDatabase(
      server,
      (database) => withStack(database, ({ url }) => checks(url, database, quick ? 30 : 300)),
    ),
  ],
};

const said = (times: number[]) => `p50 ${quantile(times, 0.5).toFixed(1)}, p95 ${quantile(times, 0.95).toFixed(1)} ms`;

interface Times {
  claim: number[];
  save: number[];
  slice: number[];
  bytes: number[];
}

function timed(backend: RunBackend, times: Times): RunBackend {
  const measured = async <T>(into: number[], call: () => Promise<T>): Promise<T> => {
    const since = performance.now();
    const answer = await call();
    into.push(performance.now() - since);
    return answer;
  };
  return {
    ...backend,
    claim: (lease) => measured(times.claim, () => backend.claim(lease)),
    save: (claim, state, ...rest) => {
      times.bytes.push(decodeBase64(state).length);
      return measured(times.save, () => backend.save(claim, state, ...rest));
    },
  };
}

async function slices(url: string, evaluations: number): Promise<Row[]> {
  const sql = connect(url, 4);
  try {
    const { scheduleId } = await newSeason(sql);
    const terms = { schedule_id: scheduleId, evaluations, started_from: "scratch" };
    await callAsService(sql, "optimize_schedule", terms);
    const times: Times = { claim: [], save: [], slice: [], bytes: [] };
    const backend = timed(sqlRunBackend(sql), times);
    for (let outcome = "saved"; outcome === "saved";) {
      const before = cpu();
      outcome = await workSlice(backend);
      times.slice.push(cpu() - before);
    }
    const spent = times.slice.reduce((sum, one) => sum + one, 0);
    const load = await loading(sql, scheduleId);
    return [
      {
        figure: `a run of ${
          evaluations.toLocaleString("en")
        } evaluations, 16 teams x 18 rounds x 30 constraints: CPU of a slice`,
        bar: "< 1,500 ms",
        measured: said(times.slice),
        met: quantile(times.slice, 1) < 1_500,
      },
      { figure: "claim a slice: run, input, state", measured: said(times.claim) },
      {
        figure: `save a slice: a state of ${
          (quantile(times.bytes, 0.5) / 1024).toFixed(0)
        } KiB, best, progress, hint, next job`,
        measured: said(times.save),
      },
      { figure: "compile the league and take the search up", measured: said(load) },
      {
        figure: "evaluations a CPU second in slices, of those unsliced",
        measured: percent(evaluations / spent / (await unsliced(sql, scheduleId, evaluations))),
      },
    ];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** CPU of this process in milliseconds. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

async function loading(sql: Sql, scheduleId: string): Promise<number[]> {
  const document = await leagueDocument(sql, scheduleId);
  const run = startRun(leagueOf(document).league, { seed: 1, evaluations: 1_000_000 });
  run.advance(10_000);
  const state = run.save();
  return Array.from({ length: 30 }, () => {
    const since = performance.now();
    resumeRun(leagueOf(document).league, state);
    return performance.now() - since;
  });
}

/** Evaluations a millisecond of CPU in one piece, of a search as long. */
async function unsliced(sql: Sql, scheduleId: string, evaluations: number): Promise<number> {
  const { league } = leagueOf(await leagueDocument(sql, scheduleId));
  const run = startRun(league, { seed: 1, evaluations });
  const since = cpu();
  while (!run.advance(100_000).done);
  return evaluations / (cpu() - since);
}

async function checks(url: string, database: string, count: number): Promise<Row[]> {
  const sql = connect(database, 2);
  try {
    const { organizationId, scheduleId } = await newSeason(sql);
    const headers = await memberOf(url, sql, organizationId);
    await callAsService(sql, "optimize_schedule", { schedule_id: scheduleId, evaluations: 20_000, apply: true });
    for (const until = Date.now() + 60_000; Date.now() < until;) {
      const [{ games }] = await sql<[{ games: number }]>`select count(*)::int as games from public.games`;
      if (games === 144) break;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    const games = await sql<{ id: string; round: number }[]>`select id, round from public.games order by id`;
    const times: Record<"all" | "database" | "constraints", number[]> = { all: [], database: [], constraints: [] };
    for (let n = -5; n < count; n++) {
      const [one, other] = [games[Math.abs(n * 7) % games.length]!, games[Math.abs(n * 13 + 1) % games.length]!];
      const edit = n % 3 ? { kind: "turn", game_id: one.id } : { kind: "move", game_id: one.id, round: other.round };
      const since = performance.now();
      const answer = await fetch(`${url}/functions/v1/scheduling/schedules/${scheduleId}/check`, {
        method: "POST",
        headers,
        body: JSON.stringify({ edit }),
      });
      if (!answer.ok) throw new Error(await answer.text());
      await answer.json();
      if (n < 0) continue;
      times.all.push(performance.now() - since);
      const parts = /database;dur=([\d.]+), constraints;dur=([\d.]+)/.exec(answer.headers.get("server-timing")!)!;
      times.database.push(Number(parts[1]));
      times.constraints.push(Number(parts[2]));
    }
    return [
      {
        figure: "check of one edit: the constraints",
        bar: "< 50 ms",
        measured: said(times.constraints),
        met: quantile(times.constraints, 0.95) < 50,
      },
      {
        figure: "check of one edit: permission, version and calendar, over the Data API",
        measured: said(times.database),
      },
      { figure: "check of one edit: the whole request", measured: said(times.all) },
    ];
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function memberOf(url: string, sql: Sql, organizationId: string): Promise<Record<string, string>> {
  const options = { auth: { persistSession: false, autoRefreshToken: false } };
  const [email, password] = [`${crypto.randomUUID()}@example.test`, crypto.randomUUID()];
  const { data, error } = await createClient(url, KEYS.secret, options).auth.admin
    .createUser({ email, password, email_confirm: true });
  if (error) throw error;
  await sql`insert into public.memberships (organization_id, user_id, role) values (${organizationId}, ${data.user.id}, 'scheduler')`;
  const signedIn = await createClient(url, KEYS.publishable, options).auth.signInWithPassword({ email, password });
  if (signedIn.error) throw signedIn.error;
  return {
    apikey: KEYS.publishable,
    authorization: `Bearer ${signedIn.data.session.access_token}`,
    "content-type": "application/json",
  };
}
