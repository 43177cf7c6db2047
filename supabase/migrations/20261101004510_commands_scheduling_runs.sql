-- Scheduling, commands on optimization runs: start, cancel, take the result. What works them is in 004520.

create function scheduling.run_document(run public.optimization_runs) returns jsonb
language plpgsql stable
set search_path = ''
as $$ begin return to_jsonb(run); end $$;
comment on function scheduling.run_document(public.optimization_runs) is 'A run as commands answer it.';

create function scheduling.record_run(run public.optimization_runs, type text, data jsonb, before jsonb) returns public.optimization_runs
language plpgsql volatile
set search_path = ''
as $$
declare
  after public.optimization_runs;
  new_version bigint;
begin
  select r.* into strict after from public.optimization_runs r where r.id = run.id;
  new_version := core.append_event(after.organization_id, 'optimization_run', after.id, type,
    jsonb_build_object('schedule_id', after.schedule_id, 'status', after.status) || coalesce(data, '{}'));
  update public.optimization_runs r set version = new_version where r.id = after.id returning r.* into after;
  if type <> 'optimization_run.progressed' then
    perform core.audit(after.organization_id, type, 'optimization_run', after.id, before, to_jsonb(after));
  end if;
  return after;
end;
$$;
comment on function scheduling.record_run(public.optimization_runs, text, jsonb, jsonb) is
  'The event of what happened to a run, and the audit row of all but its progress; returns the run as it now stands.';

create function scheduling.require_run(run_id uuid, permission text) returns public.optimization_runs
language plpgsql stable
set search_path = ''
as $$
declare
  run public.optimization_runs;
begin
  select r.* into run from public.optimization_runs r where r.id = run_id;
  if run.id is null or not core.is_member_or_service(run.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such run.');
  end if;
  perform core.require(run.organization_id, permission);
  return run;
end;
$$;
comment on function scheduling.require_run(uuid, text) is 'The run, if the caller has the permission. PT404 for who is no member, PT403.';

create function scheduling.require_room_for_a_run(organization_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- One at a time an organization, or two at once would both find room for one.
  perform pg_advisory_xact_lock(hashtextextended('optimization_runs:' || organization_id, 0));
  if (select count(*) from scheduling.run_states s where s.organization_id = require_room_for_a_run.organization_id) >= 50 then
    perform core.raise_error(409, 'too_many_runs', 'Fifty runs of this organization wait or work already. Cancel one or wait.');
  end if;
end;
$$;
comment on function scheduling.require_room_for_a_run(uuid) is 'PT409 too_many_runs where fifty of the organization are not over yet.';

create function scheduling.start_run(
  schedule_id uuid, evaluations bigint, seconds integer, seed bigint, started_from text, apply boolean, expected_version bigint,
  idempotency_key text
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.manage');
  run public.optimization_runs;
  input jsonb;
  answer jsonb;
begin
  answer := core.recall('optimization_run.start', schedule.organization_id, idempotency_key,
    jsonb_build_array(schedule_id, evaluations, seconds, seed, started_from, apply, expected_version));
  if answer is not null then
    return answer;
  end if;
  if (evaluations is null) = (seconds is null) then
    perform core.raise_error(422, 'invalid_input', 'Give the budget either in seconds or in evaluations.', '{"field": "seconds"}');
  elsif evaluations not between 1000 and 10000000000 then
    perform core.raise_error(422, 'invalid_input', 'From 1,000 to 10,000,000,000 evaluations.', '{"field": "evaluations"}');
  elsif seconds not between 1 and 3600 then
    perform core.raise_error(422, 'invalid_input', 'From 1 second to an hour.', '{"field": "seconds"}');
  elsif coalesce(seed, 1) not between 0 and 4294967295 then
    perform core.raise_error(422, 'invalid_input', 'A seed is a number from 0 to 4294967295.', '{"field": "seed"}');
  elsif coalesce(started_from, 'current') not in ('current', 'scratch') then
    perform core.raise_error(422, 'invalid_input', 'A run starts from the games as they stand (current) or from nothing (scratch).',
      '{"field": "from"}');
  end if;
  schedule := scheduling.lock_schedule(schedule_id, expected_version);
  perform scheduling.require_room_for_a_run(schedule.organization_id);
  input := scheduling.league_document(schedule_id);
  if jsonb_array_length(input -> 'teams') < 2 or jsonb_array_length(input -> 'rounds') = 0 then
    perform core.raise_error(422, 'nothing_to_optimize', 'A schedule needs two teams and a round at least.');
  elsif jsonb_array_length(input -> 'teams') > 150 then
    perform core.raise_error(422, 'invalid_input', 'At most 150 teams: the first step of a search of more outlasts a worker.',
      '{"field": "teams", "maximum": 150}');
  end if;
  insert into public.optimization_runs (organization_id, schedule_id, schedule_version, started_from, seed, seconds, evaluations, apply, created_by)
  values (schedule.organization_id, schedule.id, schedule.version, coalesce(started_from, 'current'), coalesce(seed, 1), seconds,
    evaluations, coalesce(apply, false), (select p.id from public.profiles p where p.id = auth.uid()))
  returning * into run;
  insert into scheduling.run_states (run_id, organization_id, input) values (run.id, run.organization_id, input);
  run := scheduling.record_run(run, 'optimization_run.queued', jsonb_build_object('schedule_version', schedule.version), null);
  perform scheduling.wake_optimizer();
  return core.keep('optimization_run.start', schedule.organization_id, idempotency_key, scheduling.run_document(run));
end;
$$;
comment on function scheduling.start_run(uuid, bigint, integer, bigint, text, boolean, bigint, text) is 'See public.optimize_schedule.';
grant execute on function scheduling.start_run(uuid, bigint, integer, bigint, text, boolean, bigint, text) to authenticated, service_role;

create function scheduling.cancel_run(run_id uuid, keep boolean, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  run public.optimization_runs := scheduling.require_run(run_id, 'schedules.manage');
  before jsonb;
  best jsonb;
begin
  if keep then
    perform core.lock_stream(run.schedule_id);
  end if;
  perform core.lock_stream(run_id, expected_version);
  select r.* into strict run from public.optimization_runs r where r.id = run_id;
  if run.status = 'cancelled' then
    return scheduling.run_document(run);
  elsif run.status not in ('queued', 'running') then
    perform core.raise_error(409, 'run_over', 'This run is over.', jsonb_build_object('run_status', run.status));
  end if;
  before := to_jsonb(run);
  -- Whoever works on it finds its lease gone.
  delete from scheduling.run_states s where s.run_id = cancel_run.run_id returning s.best into best;
  if keep and best is not null and (select s.status <> 'archived' from public.schedules s where s.id = run.schedule_id) then
    run.result_version := scheduling.keep_result(run, best);
  end if;
  update public.optimization_runs r set status = 'cancelled', ended_at = now(), estimated_end = null, result_version = run.result_version
  where r.id = run_id;
  run := scheduling.record_run(run, 'optimization_run.cancelled', jsonb_build_object('result_version', run.result_version), before);
  return scheduling.run_document(run);
end;
$$;
comment on function scheduling.cancel_run(uuid, boolean, bigint) is 'See public.cancel_optimization_run.';
grant execute on function scheduling.cancel_run(uuid, boolean, bigint) to authenticated, service_role;
