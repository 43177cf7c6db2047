begin;
set local search_path = extensions;
select plan(6);

select tests.create_season_of_games(published => true);
create function pg_temp.of(more jsonb) returns jsonb
language sql as $$ select jsonb_build_array(jsonb_build_object('date', tests.round_day(1), 'home_team', 'Ames', 'away_team', 'Boise') || more) $$;
create function pg_temp.told(rows jsonb) returns text[]
language sql as $$ select array(select tests.problems(tests.import('games', rows))) $$;

select is(pg_temp.told(pg_temp.of('{"time": "20:00"}')), '{"2 date published"}', 'no published game is moved');
select is(pg_temp.told(pg_temp.of('{"status": "cancelled"}')), '{"2 date published"}', 'or called off');
select is(pg_temp.told(pg_temp.of('{"date": "2029-01-07"}')), '{"2 date published"}', 'nor does one come');
select is(tests.tally(tests.import('games', pg_temp.of('{"status": "played", "attendance": 5000, "home_score": 70, "away_score": 65}'), 'apply')),
  '{0,1,0,0}', 'results come in');
select is((tests.game('Ames', 'Boise')).attendance, 5000, 'as they are told');
select is(tests.tally(tests.import('games', tests.value_as('desk', format('select public.export_rows(%L, %L)', 'games', tests.schedule_id('Draft')))::jsonb)),
  '{0,0,6,0}', 'what was exported changes nothing');

select * from finish();
rollback;
