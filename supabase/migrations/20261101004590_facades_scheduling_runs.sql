-- What clients and workers can call of optimization runs and measurements.

create function public.optimize_schedule(
  schedule_id uuid,
  evaluations bigint default null,
  seconds integer default null,
  seed bigint default null,
  started_from text default null,
  apply boolean default false,
  expected_version bigint default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.start_run(schedule_id, evaluations, seconds, seed, started_from, apply, expected_version, idempotency_key) $$;
comment on function public.optimize_schedule(uuid, bigint, integer, bigint, text, boolean, bigint, text) is
  'Starts a search for a better schedule, of so many evaluations or seconds of work; answers the run. Its result is a version of the schedule. Needs schedules.manage. PT409 version_conflict, schedule_archived, too_many_runs; PT422 nothing_to_optimize.';
grant execute on function public.optimize_schedule(uuid, bigint, integer, bigint, text, boolean, bigint, text) to authenticated, service_role;

create function public.cancel_optimization_run(run_id uuid, keep boolean default false, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.cancel_run(run_id, keep, expected_version) $$;
comment on function public.cancel_optimization_run(uuid, boolean, bigint) is
  'Ends a run now; with keep, the best found so far is kept as a version. Twice is once. Needs schedules.manage. PT409 run_over, version_conflict.';
grant execute on function public.cancel_optimization_run(uuid, boolean, bigint) to authenticated, service_role;

create function public.apply_optimization_run(run_id uuid, expected_version bigint default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.apply_run(run_id, expected_version, idempotency_key) $$;
comment on function public.apply_optimization_run(uuid, bigint, text) is
  'Puts the result of a run into its draft, in place of the games there; expected_version is the schedule''s. Answers the schedule. Needs schedules.manage. PT409 run_without_result, schedule_published, version_conflict.';
grant execute on function public.apply_optimization_run(uuid, bigint, text) to authenticated, service_role;

create function public.claim_run(run_id uuid default null, lease_seconds integer default 30) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.claim_run(run_id, lease_seconds) $$;
comment on function public.claim_run(uuid, integer) is
  'For workers: leases the run whose turn it is, or this one: {run, input, state (base64), best, speed, lease_token}; null where none waits.';
grant execute on function public.claim_run(uuid, integer) to service_role;

create function public.save_run(
  run_id uuid,
  lease_token uuid,
  state text,
  progress jsonb,
  best jsonb,
  lease_seconds integer default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.save_run(run_id, lease_token, state, progress, best, lease_seconds) $$;
comment on function public.save_run(uuid, uuid, text, jsonb, jsonb, integer) is
  'For workers: saves where a search stands, and gives the run back unless lease_seconds prolongs the lease. PT409 lease_lost.';
grant execute on function public.save_run(uuid, uuid, text, jsonb, jsonb, integer) to service_role;

create function public.finish_run(run_id uuid, lease_token uuid, progress jsonb, best jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.finish_run(run_id, lease_token, progress, best) $$;
comment on function public.finish_run(uuid, uuid, jsonb, jsonb) is
  'For workers: ends a run with its result [{game, round, home, away}], which becomes a version of the schedule. PT409 lease_lost.';
grant execute on function public.finish_run(uuid, uuid, jsonb, jsonb) to service_role;

create function public.fail_run(run_id uuid, lease_token uuid, code text, message text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.fail_run(run_id, lease_token, code, message) $$;
comment on function public.fail_run(uuid, uuid, text, text) is 'For workers: ends a run that cannot be worked, with the reason. PT409 lease_lost.';
grant execute on function public.fail_run(uuid, uuid, text, text) to service_role;
