begin;
set local search_path = extensions;
select plan(15);

select tests.create_season_of_games();
select tests.authenticate_as('desk');
select set_config('test.id', tests.game_id('Ames', 'Boise')::text, true);
create function pg_temp.id() returns uuid language sql as $$ select current_setting('test.id')::uuid $$;
create function pg_temp.status() returns text language sql as $$ select g.status from public.games g where g.id = pg_temp.id() $$;

select is(public.postpone_game(pg_temp.id(), 'Snow') ->> 'note', 'Snow', 'it is postponed');
select is((public.postpone_game(pg_temp.id()) ->> 'version')::int, 2, 'twice is once');
select is(tests.refusal('select public.record_result(pg_temp.id(), 1, 0)') ->> 'code', 'invalid_transition', 'then it is not played');
select is(public.reinstate_game(pg_temp.id(), '{"round": 5}') ->> 'plays_on', '2029-02-03', 'but may be another day');
select is(pg_temp.status(), 'scheduled', 'and stands again');
select is(tests.refusal('select public.reinstate_game(pg_temp.id())') ->> 'code', 'invalid_transition', 'what stands is not reinstated');
select is(public.cancel_game(pg_temp.id()) ->> 'status', 'cancelled', 'it is cancelled');
select is(
  tests.refusal($$ select public.update_game(pg_temp.id(), '{"round": 2}') $$),
  '{"status": "PT409", "code": "game_closed", "detail": {"game_status": "cancelled"}}', 'then it does not move'
);
select is(tests.refusal('select public.postpone_game(pg_temp.id())') -> 'detail', '{"from": "cancelled", "to": "postponed"}', 'nor is it postponed');
select lives_ok('select public.reinstate_game(pg_temp.id())', 'but it can be reinstated');
select is(public.record_result(pg_temp.id(), 80, 79) ->> 'status', 'played', 'it is played');
select is((public.record_result(pg_temp.id(), attendance => 8500) ->> 'home_score')::int, 80, 'figures come as they are known');
select is(tests.refusal('select public.cancel_game(pg_temp.id())') ->> 'code', 'invalid_transition', 'what was played was played');
select is(tests.refusal('select public.remove_game(pg_temp.id())') ->> 'code', 'game_closed', 'and stays');
select tests.clear_authentication();
select throws_ok(
  $$ update public.games set status = 'cancelled', attendance = null, home_score = null, away_score = null where id = pg_temp.id() $$,
  '23514', null, 'which the table itself holds to'
);

select * from finish();
rollback;
