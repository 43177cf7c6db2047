import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { as, codeOf, nativeTest, signUp, sleep } from "./server.ts";

const days = 200;
const teams = 30;

interface Office {
  owner: string;
  importId: string;
}

/** A conference with a schedule, and an import of its games that is open. */
async function newOffice(sql: Sql): Promise<Office> {
  const owner = await signUp(sql, `${crypto.randomUUID()}@example.test`);
  const importId = await as(sql, owner, async (tx) => {
    const [org] =
      await tx`select public.create_organization('Conference', 'conference', 'conference', 'UTC') ->> 'id' as id`;
    const [sport] = await tx`select public.create_sport(${org!.id}, '{"name": "Ball"}') ->> 'id' as id`;
    await tx`select public.create_team(${
      sport!.id
    }, jsonb_build_object('name', 'T' || n, 'code', 'T' || n)) from generate_series(1, ${teams}) n`;
    const [season] = await tx`
      select public.create_season(${
      sport!.id
    }, '{"name": "S", "starts_on": "2029-01-01", "ends_on": "2029-12-31"}') ->> 'id' as id`;
    const [schedule] = await tx`select public.create_schedule(${
      season!.id
    }, '{"name": "S", "format": "custom"}') ->> 'id' as id`;
    const [made] = await tx`select public.create_import(${org!.id}, 'games', ${schedule!.id}) ->> 'id' as id`;
    return made!.id as string;
  });
  return { owner, importId };
}

/** The games of a hundred days: 50 a day. */
const stage = (sql: Sql, { owner, importId }: Office, part: number, last = true) =>
  as(sql, owner, (tx) =>
    tx`
      select public.stage_import_rows(${importId}, ${part}, 'games', (
        select jsonb_agg(jsonb_build_object('line', d * 50 + g, 'date', date '2029-01-01' + (${part}::int - 1) * 100 + d,
          'home_team', 'T' || 1 + g % ${teams}, 'away_team', 'T' || 1 + (g + 1 + g / ${teams}) % ${teams}))
        from generate_series(0, 99) d, generate_series(1, 50) g), true, ${last})`);

const all = days * 50;
const apply = (sql: Sql, { owner, importId }: Office) =>
  as(sql, owner, (tx) => tx`select public.apply_import(${importId}) ->> 'status' as status`);
const games = async (sql: Sql) => Number((await sql`select count(*) from public.games`)[0]!.count);

nativeTest("an import that is ended at any time is applied whole or not at all, and once", async (sql) => {
  const office = await newOffice(sql);
  await Promise.all([1, 2].map((part) => stage(sql, office, part)));
  for (let delay = 100; delay <= 3000 && await games(sql) === 0; delay *= 1.6) {
    const applying = apply(sql, office).then(() => "ok", () => "ended");
    await sleep(delay);
    await sql`
      select pg_cancel_backend(pid) from pg_stat_activity
      where datname = current_database() and query like '%apply_import%' and pid <> pg_backend_pid()`;
    const outcome = await applying;
    assert.equal(await games(sql), outcome === "ok" ? all : 0, `ended after ${delay} ms`);
  }
  await apply(sql, office);
  await apply(sql, office);
  assert.equal(await games(sql), all);
  assert.equal(Number((await sql`select count(*) from core.events where type = 'schedule.imported'`)[0]!.count), 1);
});

nativeTest("parts come side by side, while others ask what they come to", async (sql) => {
  const office = await newOffice(sql);
  const { owner, importId } = office;
  const check = () => codeOf(as(sql, owner, (tx) => tx`select public.check_import(${importId})`));
  const outcomes = await Promise.all([
    ...[1, 2, 1, 2].map((part) => codeOf(stage(sql, office, part))),
    check(),
    check(),
  ]);
  for (const outcome of outcomes) assert.match(outcome, /^(ok|import_empty|import_incomplete)$/);
  const [checked] = await as(sql, owner, (tx) => tx`select public.check_import(${importId}) as import`);
  assert.deepEqual([checked!.import.added, checked!.import.faults], [all, 0]);
});

nativeTest("of many workers one works on an import", async (sql) => {
  const office = await newOffice(sql);
  await Promise.all([1, 2].map((part) => stage(sql, office, part)));
  await sql`update public.imports set status = 'queued', wanted = 'apply'`;
  const worked = await Promise.all(Array.from({ length: 8 }, () => sql`select scheduling.work_imports() as worked`));
  assert.equal(worked.reduce((sum, [row]) => sum + row!.worked, 0), 1);
  assert.equal(await games(sql), all);
});
