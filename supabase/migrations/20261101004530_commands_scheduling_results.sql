-- Scheduling, what a run comes to: its result as a version of the schedule, and that version as the draft.

create function scheduling.keep_result(run public.optimization_runs, best jsonb) returns integer
language plpgsql volatile
set search_path = ''
as $$
declare
  schedule public.schedules;
  kept_number integer;
begin
  select s.* into strict schedule from public.schedules s where s.id = run.schedule_id;
  kept_number := scheduling.keep_version(schedule, format('Optimized from version %s of the schedule', run.schedule_version), run.id, (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', g.id, 'round', b.round, 'home_team_id', b.home,
      'away_team_id', b.away, 'status', case when g.status = 'played' then g.status else 'scheduled' end)) order by b.round, b.home), '[]')
    from jsonb_to_recordset(best) b (game uuid, round integer, home uuid, away uuid)
    -- one that was deleted meanwhile is made anew
    left join public.games g on g.schedule_id = run.schedule_id and g.id = b.game));
  update public.schedule_versions v set created_by = run.created_by where v.schedule_id = run.schedule_id and v.number = kept_number;
  return kept_number;
end;
$$;
comment on function scheduling.keep_result(public.optimization_runs, jsonb) is
  'Keeps placements of a run [{game, round, home, away}] as the next version of its schedule; returns its number.';

create function scheduling.take_result(run public.optimization_runs) returns public.optimization_runs
language plpgsql volatile
set search_path = ''
as $$
begin
  perform scheduling.place_games(s, v.games, array['scheduled', 'postponed'])
  from public.schedules s
  join public.schedule_versions v on v.schedule_id = s.id and v.number = run.result_version
  where s.id = run.schedule_id;
  update public.optimization_runs r set applied_at = now() where r.id = run.id returning r.* into run;
  return run;
end;
$$;
comment on function scheduling.take_result(public.optimization_runs) is 'The games of a run''s result become those of the draft.';

create function scheduling.finish_run(run_id uuid, lease_token uuid, progress jsonb, best jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  run public.optimization_runs;
  schedule public.schedules;
  before jsonb;
begin
  perform core.require_service();
  select r.* into run from public.optimization_runs r where r.id = finish_run.run_id;
  if run.id is null then
    perform core.raise_error(409, 'lease_lost', 'The lease of this run has ended: it is over, or another worker has it.');
  end if;
  perform core.lock_stream(run.schedule_id);
  run := scheduling.hold_run(run_id, lease_token);
  select s.* into strict schedule from public.schedules s where s.id = run.schedule_id;
  if schedule.status = 'archived' then
    return scheduling.run_document(scheduling.end_run(run_id, 'failed', 'schedule_archived', 'The schedule was archived meanwhile.'));
  end if;
  before := to_jsonb(schedule);
  run := scheduling.note_progress(run, progress);
  update public.optimization_runs r set result_version = scheduling.keep_result(run, best) where r.id = run.id returning r.* into run;
  -- Nobody's later changes are overwritten: what has changed meanwhile is for a person to decide.
  if run.apply and schedule.version = run.schedule_version and schedule.status = 'draft' then
    run := scheduling.take_result(run);
  end if;
  perform scheduling.record_schedule(schedule, 'schedule.optimized', jsonb_build_object('run_id', run.id, 'number', run.result_version,
    'applied', run.applied_at is not null, 'from_version', run.schedule_version, 'changed_meanwhile', schedule.version <> run.schedule_version,
    'before', jsonb_build_object('hard', run.start_hard, 'soft', run.start_soft),
    'after', jsonb_build_object('hard', run.best_hard, 'soft', run.best_soft)), before);
  run := scheduling.end_run(run_id, 'succeeded', null, null);
  perform scheduling.wake_optimizer();
  return scheduling.run_document(run);
end;
$$;
comment on function scheduling.finish_run(uuid, uuid, jsonb, jsonb) is 'See public.finish_run.';
grant execute on function scheduling.finish_run(uuid, uuid, jsonb, jsonb) to service_role;

create function scheduling.apply_run(run_id uuid, expected_version bigint, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  run public.optimization_runs := scheduling.require_run(run_id, 'schedules.manage');
  schedule public.schedules;
  before jsonb;
  answer jsonb;
begin
  answer := core.recall('optimization_run.apply', run.organization_id, idempotency_key, jsonb_build_array(run_id, expected_version));
  if answer is not null then
    return answer;
  end if;
  schedule := scheduling.lock_schedule(run.schedule_id, expected_version);
  perform core.lock_stream(run_id);
  select r.* into strict run from public.optimization_runs r where r.id = run_id;
  if run.result_version is null then
    perform core.raise_error(409, 'run_without_result', 'This run has no result to apply.', jsonb_build_object('run_status', run.status));
  elsif schedule.status <> 'draft' then
    perform core.raise_error(409, 'schedule_published', 'A published schedule is not replaced: move its games, or unpublish it first.');
  end if;
  before := to_jsonb(schedule);
  run := scheduling.take_result(run);
  answer := scheduling.record_schedule(schedule, 'schedule.optimized', jsonb_build_object('run_id', run.id, 'number', run.result_version,
    'applied', true, 'from_version', run.schedule_version, 'changed_meanwhile', schedule.version <> run.schedule_version,
    'before', jsonb_build_object('hard', run.start_hard, 'soft', run.start_soft),
    'after', jsonb_build_object('hard', run.best_hard, 'soft', run.best_soft)), before);
  return core.keep('optimization_run.apply', run.organization_id, idempotency_key, answer);
end;
$$;
comment on function scheduling.apply_run(uuid, bigint, text) is 'See public.apply_optimization_run.';
grant execute on function scheduling.apply_run(uuid, bigint, text) to authenticated, service_role;
