import assert from "node:assert/strict";
import { z } from "zod";
import { advance } from "../../shared/sagas/advance.ts";
import { defineSaga, stepsOf } from "../../shared/sagas/definition.ts";
import { sqlBackend } from "../sagas/sql-backend.ts";
import { nativeTest, sleep } from "./server.ts";

const input = z.object({});
const step = stepsOf(input);

nativeTest("of many workers that advance one saga, one runs each step, also when they are late", async (sql) => {
  await sql`select core.register_queue('tests', 'tests')`;
  const running = new Map<string, number>();
  const runs: string[] = [];
  let overlaps = 0;
  const raced = defineSaga({
    name: "raced",
    version: 1,
    input,
    steps: [1, 2, 3, 4, 5].map((position) =>
      step({
        name: `step_${position}`,
        async action({ saga }) {
          const now = (running.get(saga.id) ?? 0) + 1;
          running.set(saga.id, now);
          if (now > 1) overlaps += 1;
          runs.push(`${saga.id}:${position}`);
          await sleep(Math.random() * 5);
          running.set(saga.id, running.get(saga.id)! - 1);
        },
      })
    ),
  });
  const ids = (await sql<{ id: string }[]>`
    select (core.begin_saga(null, 'raced', '{}', queue => 'tests')).id from generate_series(1, 6)`).map(({ id }) => id);
  const backend = sqlBackend(sql);
  const signal = new AbortController().signal;
  const worker = async () => {
    for (const until = Date.now() + 60_000; Date.now() < until;) {
      // All of them at the same sagas, job or no job.
      const open = await sql<{ saga_id: string; turn: number }[]>`
        select id as saga_id, turn::int from core.sagas where finished_at is null`;
      if (open.length === 0) return;
      await Promise.all(open.map((turn) => advance(turn, { definitions: [raced], backend, signal })));
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));

  assert.equal(overlaps, 0, "no step ran beside another of its saga");
  assert.equal(runs.length, 30, "and none twice");
  const states = await sql`select distinct status from core.sagas where id = any (${ids})`;
  assert.deepEqual(states.map(({ status }) => status), ["done"]);
});

nativeTest("a worker that overslept is fenced off: what it still sends has no effect", async (sql) => {
  await sql`select core.register_queue('tests', 'tests')`;
  await sql.unsafe(`
    create table public.effects (key text);
    create function public.have_effect(key text) returns jsonb language plpgsql security definer as $$
    begin
      perform core.recall('effect', core.nil_uuid(), key, 'null');
      perform pg_sleep(0.3);
      insert into public.effects values (key);
      return core.keep('effect', core.nil_uuid(), key, 'true');
    end $$;
    grant execute on function public.have_effect to service_role`);
  const backend = sqlBackend(sql);
  const [{ id }] = await sql<[{ id: string }]>`select (core.begin_saga(null, 'fenced', '{}', queue => 'tests')).id`;
  const plan = {
    name: "only",
    compensable: true,
    timeout_seconds: 1,
    max_attempts: 1,
    max_compensation_attempts: 1,
    backoff_seconds: 0,
  };
  const turn = async () => {
    await sql`update core.sagas set leased_until = now(), run_at = now() where id = ${id} and leased_until is not null`;
    const [row] = await sql<[{ turn: number }]>`select turn::int from core.sagas where id = ${id}`;
    return { saga_id: id, turn: row.turn };
  };
  const begun = await backend.claim(await turn());
  const first = (await backend.plan(begun!, 1, [plan]))!;
  const signal = new AbortController().signal;

  // On its way while the saga goes back: the one who undoes it waits until it has committed, and finds it.
  const onItsWay = backend.call(first, "have_effect", { key: "early" }, signal);
  await sleep(100);
  assert.equal(await backend.claim(await turn()), null, "the only attempt is used up: it goes back");
  await onItsWay;
  const undo = (await backend.claim(await turn()))!;
  assert.equal(undo.direction, "undo");
  assert.deepEqual((await sql`select key from public.effects`).map(({ key }) => key), ["early"]);

  await assert.rejects(backend.call(first, "have_effect", { key: "late" }, signal), /lease_lost/);
  assert.equal((await sql`select from public.effects`).length, 1, "too late");
});
