begin;
set local search_path = extensions;
select plan(8);

select tests.create_season_of_games();
insert into public.games (organization_id, schedule_id, plays_on, home_team_id, away_team_id)
select g.organization_id, g.schedule_id, g.plays_on, g.home_team_id, g.away_team_id from tests.game('Ames', 'Boise') g, generate_series(1, 20001);
create function pg_temp.refused(what text) returns text
language sql as $$ select r ->> 'code' from tests.refusal(format(what, tests.schedule_id('Draft'))) r $$;

select tests.authenticate_as('desk');
select is(pg_temp.refused('select public.publish_schedule(%L)'), 'too_many_games', 'more games than a list can have are not published');
select is(pg_temp.refused('select public.check_publication(%L)'), 'too_many_games', 'or tried');
select is(pg_temp.refused('select public.keep_schedule_version(%L)'), 'too_many_games', 'kept as a version');
select is(pg_temp.refused('select public.read_league(%L)'), 'too_many_games', 'judged');
select is(pg_temp.refused('select public.optimize_schedule(%L, seconds => 1)'), 'too_many_games', 'searched for a better order');
select is(pg_temp.refused('select public.risk_question(%L)'), 'too_many_games', 'or looked into for what they run into');
select is(tests.refusal('select public.attendance_question(game_ids => array[null]::uuid[])') ->> 'code', 'invalid_input', 'no game is no question');
select tests.clear_authentication();
insert into public.schedule_constraints (organization_id, schedule_id, type, params, hard)
select organization_id, id, (select type from public.constraint_types limit 1), '{}', true from public.schedules;
select tests.authenticate_as_service();
select is((select public.begin_measure(jsonb_build_object('data', jsonb_build_object('schedule_id', id), 'recorded_at', now())) from public.schedules), null,
  'and a worker leaves them alone');

select * from finish();
rollback;
