begin;
set local search_path = extensions;
select plan(13);
select tests.create_league(), tests.create_draft();
select set_config('test.run', tests.start_run()::text, true);
-- The search turns Ames against Boise and puts it into round 5.
select set_config('test.best', (
  select jsonb_agg(case when g ->> 'game' = tests.game_id('Ames', 'Boise')::text
    then g || jsonb_build_object('round', 5, 'home', tests.team_id('Boise'), 'away', tests.team_id('Ames')) else g end)
  from jsonb_array_elements(tests.best()) g)::text, true);
select set_config('test.game', tests.game_id('Ames', 'Boise')::text, true);
select tests.finish(tests.claim_run(), current_setting('test.best')::jsonb);

select is((tests.run(current_setting('test.run')::uuid)).status, 'succeeded', 'it has succeeded');
select is((tests.run(current_setting('test.run')::uuid)).result_version, 1, 'its result is a version');
select results_eq(
  $$ select r.start_hard, r.start_soft, r.best_hard, r.best_soft from public.optimization_runs r $$,
  $$ values (4::float8, 40::float8, 0::float8, 12::float8) $$, 'with what it was before and what it is');
select is((tests.game('Ames', 'Boise')).round, 1, 'the draft is as it was');
select is(
  (select g ->> 'starts_at' from public.schedule_versions v, jsonb_array_elements(v.games) g where g ->> 'id' = current_setting('test.game'))::timestamptz,
  tests.chicago(tests.round_day(5) + time '19:00'), 'in the version the game has the day and the time of its round');
select is((select e.data ->> 'applied' from core.events e where e.type = 'schedule.optimized'), 'false', 'the end is told');
select is((select e.data -> 'after' from core.events e where e.type = 'schedule.optimized'), '{"hard": 0, "soft": 12}', 'and what it brought');

select tests.authenticate_as('viewer');
select throws_ok(format('select public.apply_optimization_run(%L)', current_setting('test.run')), 'PT403', 'permission_denied', 'readers apply nothing');
select tests.authenticate_as('desk');
select throws_ok(
  format('select public.apply_optimization_run(%L, 1)', current_setting('test.run')), 'PT409', 'version_conflict', 'nor who has not read the schedule');
select is(
  public.apply_optimization_run(current_setting('test.run')::uuid, (select s.version from public.schedules s), 'key') ->> 'id',
  tests.schedule_id()::text, 'a manager puts it into the draft');
select tests.clear_authentication();
select is((tests.game('Boise', 'Ames')).id, current_setting('test.game')::uuid, 'the game is the same one, turned');
select is((tests.game('Boise', 'Ames')).venue_id, tests.venue_id('Boise Arena'), 'at the other side''s arena');
select isnt((tests.run(current_setting('test.run')::uuid)).applied_at, null, 'the run says so');
select * from finish();
rollback;
