-- Optimization runs for the league of leagues.sql: started by its desk, worked as a worker would.

create schema if not exists tests;

-- The first three rounds stand in the draft; nothing is told of it.
create or replace function tests.create_draft(name text default 'Draft', rounds int default 6) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform tests.create_schedule(name, rounds => rounds);
  perform scheduling.place_games(s, tests.three_rounds()) from public.schedules s where s.id = tests.schedule_id(create_draft.name);
  return tests.schedule_id(name);
end;
$$;

create or replace function tests.start_run(schedule text default 'Draft', more text default '', account text default 'desk') returns uuid
language sql volatile
set search_path = ''
as $$
  select tests.value_as(account, format('select public.optimize_schedule(%L, 10000 %s) ->> %L', tests.schedule_id(schedule), more, 'id'))::uuid
$$;

-- The next claim of a worker; null where nothing waits.
create or replace function tests.claim_run(run_id uuid default null) returns jsonb
language sql volatile security definer
set search_path = ''
as $$ select tests.value_as(null, format('select public.claim_run(%L)', run_id))::jsonb $$;

create or replace function tests.run_of(claim jsonb) returns uuid
language sql immutable
set search_path = ''
as $$ select (claim #>> '{run,id}')::uuid $$;

-- The games of three rounds, as a run names them.
create or replace function tests.best() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_agg(jsonb_build_object('game', tests.game_id(h.name, a.name), 'round', p.game -> 'round', 'home', h.id, 'away', a.id))
  from jsonb_array_elements(tests.three_rounds()) p (game)
  join public.teams h on h.id = (p.game ->> 'home_team_id')::uuid
  join public.teams a on a.id = (p.game ->> 'away_team_id')::uuid
$$;

-- As many evaluations done, in the state `state`, and the games of three rounds as the best so far.
create or replace function tests.save(claim jsonb, evaluations int, state text default 'state') returns jsonb
language sql volatile security definer
set search_path = ''
as $$
  select tests.value_as(null, format('select public.save_run(%L, %L, %L, %L, %L)', tests.run_of(claim), claim ->> 'lease_token',
    encode(convert_to(state, 'UTF8'), 'base64'), jsonb_build_object('evaluations', evaluations, 'of', 10000, 'hard', 2, 'soft', 30.5,
      'violated', 3, 'milliseconds', 900, 'speed', 50), tests.best()))::jsonb
$$;

create or replace function tests.finish(claim jsonb, best jsonb default tests.best()) returns jsonb
language sql volatile security definer
set search_path = ''
as $$
  select tests.value_as(null, format('select public.finish_run(%L, %L, %L, %L)', tests.run_of(claim), claim ->> 'lease_token',
    '{"evaluations": 10000, "of": 10000, "hard": 0, "soft": 12, "violated": 1, "start_hard": 4, "start_soft": 40, "milliseconds": 10}',
    best))::jsonb
$$;

create or replace function tests.run(run_id uuid) returns public.optimization_runs
language sql stable security definer
set search_path = ''
as $$ select r from public.optimization_runs r where r.id = run_id $$;

-- All leases end.
create or replace function tests.end_leases() returns void
language sql volatile security definer
set search_path = ''
as $$ update scheduling.run_states set leased_until = clock_timestamp() - interval '1 second' where lease_token is not null $$;

-- Somebody changes the schedule.
create or replace function tests.touch(schedule text default 'Draft') returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  update public.schedules s set updated_at = now(),
    version = core.append_event(s.organization_id, 'schedule', s.id, 'schedule.created', '{"status": "draft"}')
  where s.id = tests.schedule_id(touch.schedule);
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
