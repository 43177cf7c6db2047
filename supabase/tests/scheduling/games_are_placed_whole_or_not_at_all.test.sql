begin;
set local search_path = extensions;
select plan(12);

select tests.create_season_of_games();
select tests.authenticate_as('desk');
create function pg_temp.put(games jsonb) returns jsonb language sql as $$ select public.put_games(tests.schedule_id(), games) $$;
select set_config('test.games', (select jsonb_agg(jsonb_build_object('id', g.id) order by g.plays_on, g.id) from public.games g)::text, true);

select is((pg_temp.put(current_setting('test.games')::jsonb) ->> 'changed')::int, 0, 'what stands already changes nothing');
select is((select version from public.schedules), 2::bigint, 'not even the schedule''s version');
select is((pg_temp.put((current_setting('test.games')::jsonb - 5) || jsonb_build_array(tests.pairing('Cody', 'Ames', 6))) ->> 'changed')::int, 2,
  'of two lists the difference is written');
select is((select count(*)::int from public.games), 6, 'what is not in the list has gone');
select is((select count(*)::int from public.games g where g.version = 1), 6, 'what is in both stays as it was');
select is((select version from public.schedules), 3::bigint, 'one change of the schedule');

select is(
  tests.refusal(format($$ select public.put_games(tests.schedule_id(), %L) $$, jsonb_build_array(
    tests.pairing('Ames', 'Ames', 1), tests.pairing('Ames', 'Boise', 9), tests.pairing('Ames', 'Boise'), tests.pairing('Ames', 'Dover', 1),
    tests.pairing('Ames', 'Boise', 1, jsonb_build_object('venue_id', '00000000-0000-0000-0000-000000000000')), jsonb_build_object('round', 1)))),
  '{"status": "PT422", "code": "invalid_games", "detail": {"total": 5, "faults": [
    {"index": 0, "field": "away_team_id", "message": "is the home team"}, {"index": 1, "field": "round", "message": "is no round of the schedule"},
    {"index": 2, "field": "plays_on", "message": "is needed where the game is in no round"},
    {"index": 4, "field": "venue_id", "message": "is no venue of the organization"},
    {"index": 5, "field": "home_team_id", "message": "is no team of the schedule"}]}}',
  'each game that is not right is named'
);
select is((select count(*)::int from public.games), 6, 'and nothing is written then');
select is(
  tests.refusal(format($$ select public.put_games(tests.schedule_id(), %L) $$, jsonb_build_array(tests.pairing('Ames', 'Boise', 1, '{"status": "played"}')))),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "status"}}', 'a state is not put'
);
select tests.clear_authentication();
select tests.create_schedule('Other');
select tests.authenticate_as('desk');
select is(
  tests.refusal(format($$ select public.put_games(tests.schedule_id('Other'), %L) $$, jsonb_build_array(
    tests.pairing('Ames', 'Boise', 1, jsonb_build_object('id', tests.game_id('Ames', 'Boise')))))) -> 'detail' #> '{faults,0,field}',
  '"id"', 'a game of another schedule is not taken'
);
select public.record_result(tests.game_id('Ames', 'Boise'), 70, 68, 9000);
select is((pg_temp.put('[]') ->> 'changed')::int, 5, 'a game that was played');
select results_eq('select home_score from public.games', array[70], 'stays whatever the list says');


select * from finish();
rollback;
