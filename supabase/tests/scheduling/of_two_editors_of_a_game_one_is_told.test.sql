begin;
set local search_path = extensions;
select plan(9);

select tests.create_season_of_games();
select tests.authenticate_as('desk');
select set_config('test.id', tests.game_id('Ames', 'Boise')::text, true);
create function pg_temp.id() returns uuid language sql as $$ select current_setting('test.id')::uuid $$;

select is((public.update_game(pg_temp.id(), '{"round": 2}', 1) ->> 'version')::int, 2, 'who has seen version 1 makes version 2');
select is(
  tests.refusal($$ select public.update_game(pg_temp.id(), '{"round": 3}', 1) $$),
  '{"status": "PT409", "code": "version_conflict", "detail": {"expected": 1, "actual": 2}}', 'the other is told'
);
select is(tests.refusal('select public.swap_game(pg_temp.id(), 1)') ->> 'code', 'version_conflict', 'whether they turn it round');
select is(tests.refusal('select public.cancel_game(pg_temp.id(), null, 1)') ->> 'code', 'version_conflict', 'cancel it');
select is(tests.refusal('select public.remove_game(pg_temp.id(), 1)') ->> 'code', 'version_conflict', 'or take it out');
select is((select s.version from public.schedules s), 3::bigint, 'each change is one of the schedule too');
select is(
  tests.refusal(format($$ select public.add_game(tests.schedule_id(), %L, 2) $$, tests.pairing('Cody', 'Ames', 4))) ->> 'code',
  'version_conflict', 'who adds a game has seen the schedule'
);
select is(
  tests.refusal($$ select public.put_games(tests.schedule_id(), '[]', expected_version => 2) $$) ->> 'code', 'version_conflict', 'and so has who puts them all'
);
select is(
  public.add_game(tests.schedule_id(), tests.pairing('Cody', 'Ames', 4), 3, 'k') ->> 'id',
  public.add_game(tests.schedule_id(), tests.pairing('Cody', 'Ames', 4), 3, 'k') ->> 'id', 'under one key a game is added once'
);

select * from finish();
rollback;
