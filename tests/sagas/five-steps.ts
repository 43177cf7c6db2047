import type { Sql } from "postgres";
import { z } from "zod";
import { Problem } from "../../shared/http/problem.ts";
import { advance, type AdvanceOptions } from "../../shared/sagas/advance.ts";
import { type Claimed, Turn } from "../../shared/sagas/backend.ts";
import { type CompensationContext, defineSaga, type StepContext, stepsOf } from "../../shared/sagas/definition.ts";
import { callAsService, sqlBackend } from "./sql-backend.ts";

/** A saga that moves 1 into each of five accounts; what goes wrong is said in its input. */
export const Input = z.object({
  /** The step that fails: before it has moved anything, or after. */
  fails: z.object({ step: z.int(), after: z.boolean() }).optional(),
  /** The step of which every attempt to undo it fails. */
  sticks: z.int().optional(),
});
export type Input = z.infer<typeof Input>;

/** Told at each point between two of which a worker can die. */
export type Point = (name: string) => void;

/** Adds and takes without looking: only the idempotency key keeps it from happening twice. */
export const accounts = `
  create table public.accounts (saga_id uuid, step int, amount int not null, moves int not null, primary key (saga_id, step));
  create function public.move(saga uuid, step int, key text) returns jsonb language plpgsql security definer as $$
  #variable_conflict use_column
  declare
    answer jsonb := core.recall('move', saga, key, to_jsonb(move.step));
  begin
    if answer is not null then return answer; end if;
    insert into public.accounts as a values (saga, move.step, 1, 1)
    on conflict (saga_id, step) do update set amount = a.amount + 1, moves = a.moves + 1;
    return core.keep('move', saga, key, 'true');
  end $$;
  create function public.move_back(saga uuid, step int, key text) returns jsonb language plpgsql security definer as $$
  #variable_conflict use_column
  declare
    answer jsonb := core.recall('move_back', saga, key, to_jsonb(move_back.step));
  begin
    if answer is not null then return answer; end if;
    -- There may be nothing to take back: the step may have failed before it moved anything.
    update public.accounts a set amount = a.amount - 1, moves = a.moves + 1 where a.saga_id = saga and a.step = move_back.step;
    return core.keep('move_back', saga, key, 'true');
  end $$;
  create function public.claim_one_job(queue text) returns jsonb language sql as $$
    select jsonb_agg(jsonb_build_object('id', j.id, 'token', j.lease_token, 'payload', j.payload)) from core.claim_jobs(queue, 1, 60) j
  $$;
  grant execute on function public.move, public.move_back, public.claim_one_job to service_role;
  select core.register_queue(q, 'tests') from unnest(array['tests', 'lane_a', 'lane_b', 'lane_c']) q;`;

const step = stepsOf(Input);

export const fiveSteps = defineSaga({
  name: "five_steps",
  version: 1,
  input: Input,
  steps: [1, 2, 3, 4, 5].map((position) =>
    step({
      name: `step_${position}`,
      async action({ saga, input: { fails }, call, idempotencyKey }: StepContext<Input>) {
        const broken = new Problem("invalid_input", { detail: "It cannot be." });
        if (fails?.step === position && !fails.after) throw broken;
        await call("move" as never, { saga: saga.id, step: position, key: idempotencyKey } as never);
        if (fails?.step === position) throw broken;
        return { position };
      },
      async compensate({ saga, input: { sticks }, call, idempotencyKey }: CompensationContext<Input, unknown>) {
        if (sticks === position) throw new Error("It sticks.");
        await call("move_back" as never, { saga: saga.id, step: position, key: idempotencyKey } as never);
      },
      timeout: 20,
      retry: { attempts: 4, compensations: 3, seconds: 0 },
    })
  ),
});

interface Job {
  id: number;
  token: string;
  payload: unknown;
}

/** Works one job of the queue as a worker would, with a point at each of its boundaries. False: there is none. */
export async function workOne(
  sql: Sql,
  queue: string,
  point: Point,
  more: Partial<AdvanceOptions> = {},
): Promise<boolean> {
  const jobs = await callAsService(sql, "claim_one_job", { queue }) as Job[] | null;
  if (!jobs) return false;
  const job = jobs[0]!;
  point("job claimed");
  const backend = sqlBackend(sql);
  const told = <Rest extends unknown[], Answer>(name: string, ask: (...args: Rest) => Promise<Answer>) =>
  async (
    ...args: Rest
  ) => {
    const answer = await ask(...args);
    point(name);
    return answer;
  };
  await advance(Turn.parse(job.payload), {
    definitions: [fiveSteps],
    signal: new AbortController().signal,
    ...more,
    backend: {
      ...backend,
      claim: told("claimed", backend.claim),
      plan: told("planned", backend.plan),
      record: told("recorded", backend.record),
      fail: told("failure recorded", backend.fail),
      call: async (claimed: Claimed, name, args) => {
        point("before the effect");
        const headers = { "x-saga-step": `${claimed.id}:${claimed.lease_token}` };
        const answer = await callAsService(sql, name, args, headers, () => point("before the effect commits"));
        point("after the effect");
        return answer;
      },
    },
  });
  await callAsService(sql, "complete_job", { id: job.id, lease_token: job.token });
  point("job completed");
  return true;
}
