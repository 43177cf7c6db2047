-- Scheduling, the work on optimization runs, a slice at a time: claim, save, finish, fail. For workers only.
--
-- A job `optimize` says that there is work, not whose: the claim gives the next slice to the organization that has waited
-- longest, and within it to the run that has. A run is under the lease of one worker; who overslept writes nothing.
-- Locks: schedule's head, run's head, run's state.

create function scheduling.wake_optimizer() returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  waiting integer;
  underway integer;
begin
  select count(*) into waiting from (
    select from scheduling.run_states s where s.leased_until is null or s.leased_until <= clock_timestamp() limit 4) w;
  if waiting > 0 then
    select count(*) into underway from (
      select from core.jobs j
      where j.queue = 'scheduling' and j.finished_at is null and j.kind = 'optimize' and coalesce(j.leased_until, '-infinity') <= clock_timestamp()
      limit 4) u;
    perform core.enqueue('scheduling', 'optimize', '{}') from generate_series(underway + 1, waiting);
    -- Not at the next tick of the pump, which would leave workers idle for half of the time. A missing key or extension is the pump's to tell.
    begin
      perform core.call_workers();
    exception when others then
      null;
    end;
  end if;
  return greatest(waiting - coalesce(underway, 0), 0);
end;
$$;
comment on function scheduling.wake_optimizer() is
  'A job for each run that waits, four at most: other work of the queue stands behind no more than these. Returns how many it added.';

create function scheduling.end_run(run_id uuid, status text, failure_code text, failure text) returns public.optimization_runs
language plpgsql volatile
set search_path = ''
as $$
declare
  run public.optimization_runs;
  before jsonb;
begin
  select to_jsonb(r) into before from public.optimization_runs r where r.id = run_id;
  delete from scheduling.run_states s where s.run_id = end_run.run_id;
  update public.optimization_runs r
  set status = end_run.status, failure_code = end_run.failure_code, failure = left(end_run.failure, 1000), ended_at = now(), estimated_end = null
  where r.id = run_id
  returning r.* into run;
  return scheduling.record_run(run, case status when 'succeeded' then 'optimization_run.succeeded' else 'optimization_run.failed' end,
    jsonb_strip_nulls(jsonb_build_object('failure_code', failure_code, 'result_version', run.result_version)), before);
end;
$$;
comment on function scheduling.end_run(uuid, text, text, text) is 'A run is over: its state is gone, its end is told.';

create function scheduling.next_run(wanted uuid, passed uuid[]) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  run_id uuid;
begin
  select s.run_id into run_id
  from scheduling.run_states s
  join core.streams h on h.aggregate_id = s.run_id
  left join scheduling.run_turns t on t.organization_id = s.organization_id
  where (s.leased_until is null or s.leased_until <= clock_timestamp())
    and (wanted is null or s.run_id = wanted)
    and s.run_id <> all (passed)
  order by t.served_at nulls first, s.served_at nulls first, s.run_id
  limit 1
  for update of h skip locked;
  return run_id;
end;
$$;
comment on function scheduling.next_run(uuid, uuid[]) is
  'The run whose turn it is, its head locked: of the organization that has waited longest, the one that has. Others'' claims may have come first.';

create function scheduling.claim_run(run_id uuid, lease_seconds integer) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  wanted uuid := run_id;
  passed uuid[] := '{}';
  state scheduling.run_states;
  run public.optimization_runs;
  before jsonb;
begin
  perform core.require_service();
  if lease_seconds not between 1 and 3600 then
    perform core.raise_error(422, 'invalid_input', 'Claim a run for 1 to 3600 seconds.', '{"field": "lease_seconds"}');
  end if;
  loop
    run_id := scheduling.next_run(wanted, passed);
    if run_id is null then
      return null;
    end if;
    passed := passed || run_id;
    update scheduling.run_states s
    set lease_token = gen_random_uuid(), leased_until = clock_timestamp() + make_interval(secs => lease_seconds),
      served_at = clock_timestamp(), attempts = s.attempts + 1
    where s.run_id = run_id and (s.leased_until is null or s.leased_until <= clock_timestamp())
    returning s.* into state;
    continue when not found;
    if state.attempts > 5 then
      perform scheduling.end_run(run_id, 'failed', 'worker_lost', 'Five workers were lost over one slice of this run.');
      continue;
    end if;
    insert into scheduling.run_turns as t (organization_id, served_at) values (state.organization_id, clock_timestamp())
    on conflict on constraint run_turns_pkey do update set served_at = excluded.served_at;
    select r.* into run from public.optimization_runs r where r.id = run_id;
    if run.status = 'queued' then
      before := to_jsonb(run);
      update public.optimization_runs r set status = 'running', started_at = now() where r.id = run_id;
      run := scheduling.record_run(run, 'optimization_run.started', '{}', before);
    end if;
    return jsonb_build_object('run', to_jsonb(run), 'input', state.input, 'state', encode(state.state, 'base64'), 'best', state.best,
      'speed', state.speed, 'lease_token', state.lease_token, 'leased_until', state.leased_until);
  end loop;
end;
$$;
comment on function scheduling.claim_run(uuid, integer) is 'See public.claim_run.';
grant execute on function scheduling.claim_run(uuid, integer) to service_role;

create function scheduling.hold_run(run_id uuid, lease_token uuid) returns public.optimization_runs
language plpgsql volatile
set search_path = ''
as $$
declare
  run public.optimization_runs;
begin
  perform core.lock_stream(run_id);
  -- A lease that ran out still counts while nobody else has claimed the run.
  perform from scheduling.run_states s where s.run_id = hold_run.run_id and s.lease_token = hold_run.lease_token for update;
  if not found then
    perform core.raise_error(409, 'lease_lost', 'The lease of this run has ended: it is over, or another worker has it.');
  end if;
  select r.* into strict run from public.optimization_runs r where r.id = run_id;
  return run;
end;
$$;
comment on function scheduling.hold_run(uuid, uuid) is 'The run and its state, locked, for the worker under whose lease it is. PT409 lease_lost.';

create function scheduling.note_progress(run public.optimization_runs, progress jsonb) returns public.optimization_runs
language plpgsql volatile
set search_path = ''
as $$
declare
  tenths integer := 10 * run.done_evaluations / coalesce(run.evaluations, 10000000000);
  portion double precision;
begin
  update public.optimization_runs r set
    evaluations = coalesce((progress ->> 'of')::bigint, r.evaluations),
    done_evaluations = coalesce((progress ->> 'evaluations')::bigint, r.done_evaluations),
    slices = r.slices + 1,
    milliseconds = r.milliseconds + coalesce((progress ->> 'milliseconds')::bigint, 0),
    started_from = coalesce(progress ->> 'started_from', r.started_from),
    start_hard = coalesce((progress ->> 'start_hard')::double precision, r.start_hard),
    start_soft = coalesce((progress ->> 'start_soft')::double precision, r.start_soft),
    best_hard = coalesce((progress ->> 'hard')::double precision, r.best_hard),
    best_soft = coalesce((progress ->> 'soft')::double precision, r.best_soft),
    best_violated = coalesce((progress ->> 'violated')::integer, r.best_violated)
  where r.id = run.id
  returning r.* into run;
  portion := run.done_evaluations / run.evaluations::double precision;
  if portion > 0 then
    update public.optimization_runs r
    set estimated_end = clock_timestamp() + (clock_timestamp() - r.started_at) * (greatest(1 - portion, 0) / portion)
    where r.id = run.id
    returning r.* into run;
  end if;
  -- Every tenth is in the log; who watches the run hears of each slice.
  if 10 * run.done_evaluations / run.evaluations > tenths and run.done_evaluations < run.evaluations then
    run := scheduling.record_run(run, 'optimization_run.progressed', scheduling.run_progress(run), null);
  end if;
  perform realtime.send(jsonb_build_object('id', run.id, 'type', 'optimization_run.progressed', 'version', run.version, 'status', run.status)
    || scheduling.run_progress(run), 'optimization_run.progressed', 'optimization_run:' || run.id, true);
  return run;
end;
$$;
comment on function scheduling.note_progress(public.optimization_runs, jsonb) is
  'Writes how far a run is {evaluations, of, hard, soft, violated, start_hard, start_soft, started_from, milliseconds} and tells who watches.';

create function scheduling.run_progress(run public.optimization_runs) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return jsonb_build_object('evaluations', run.done_evaluations, 'of', run.evaluations, 'hard', run.best_hard, 'soft', run.best_soft,
    'violated', run.best_violated, 'percent', floor(100.0 * run.done_evaluations / run.evaluations), 'estimated_end', run.estimated_end);
end;
$$;
comment on function scheduling.run_progress(public.optimization_runs) is 'How far a run is, as hints and events tell it.';

create function scheduling.save_run(
  run_id uuid, lease_token uuid, state text, progress jsonb, best jsonb, lease_seconds integer
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  run public.optimization_runs;
begin
  perform core.require_service();
  run := scheduling.hold_run(run_id, lease_token);
  update scheduling.run_states s set
    state = decode(save_run.state, 'base64'), best = save_run.best, speed = coalesce((progress ->> 'speed')::double precision, s.speed),
    attempts = 0, updated_at = now(),
    lease_token = case when lease_seconds is not null then s.lease_token end,
    leased_until = case when lease_seconds is not null then clock_timestamp() + make_interval(secs => lease_seconds) end
  where s.run_id = save_run.run_id;
  run := scheduling.note_progress(run, progress);
  if lease_seconds is null then
    perform scheduling.wake_optimizer();
  end if;
  return scheduling.run_document(run);
end;
$$;
comment on function scheduling.save_run(uuid, uuid, text, jsonb, jsonb, integer) is 'See public.save_run.';
grant execute on function scheduling.save_run(uuid, uuid, text, jsonb, jsonb, integer) to service_role;

create function scheduling.fail_run(run_id uuid, lease_token uuid, code text, message text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  perform scheduling.hold_run(run_id, lease_token);
  return scheduling.run_document(scheduling.end_run(run_id, 'failed', coalesce(code, 'internal'), coalesce(message, 'It failed.')));
end;
$$;
comment on function scheduling.fail_run(uuid, uuid, text, text) is 'See public.fail_run.';
grant execute on function scheduling.fail_run(uuid, uuid, text, text) to service_role;

select cron.schedule('scheduling-optimizer', '5 seconds', 'select scheduling.wake_optimizer()');
