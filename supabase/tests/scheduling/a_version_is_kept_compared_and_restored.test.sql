begin;
set local search_path = extensions;
select plan(20);

select tests.create_season_of_games();
select tests.authenticate_as('desk');
create function pg_temp.diff(a int, b int) returns jsonb language sql as $$ select public.diff_schedule_versions(tests.schedule_id(), a, b) $$;
select is((public.keep_schedule_version(tests.schedule_id(), 'First') ->> 'number')::int, 1, 'a version is kept');
select is(pg_temp.diff(1, null) -> 'unchanged', '6', 'at first nothing is different');
set local timezone = 'Asia/Tokyo';
select is(pg_temp.diff(1, null) -> 'unchanged', '6', 'wherever one asks');
select set_config('test.away', tests.game_id('Dover', 'Ames')::text, true);
select public.update_game(tests.game_id('Ames', 'Boise'), '{"round": 5}'), public.swap_game(tests.game_id('Ames', 'Cody'));
select public.remove_game(current_setting('test.away')::uuid);
select public.add_game(tests.schedule_id(), tests.pairing('Boise', 'Dover', 6));
select is(
  (select jsonb_object_agg(k, jsonb_array_length(pg_temp.diff(1, null) -> k)) from unnest(array['added', 'removed', 'changed']) k),
  '{"added": 1, "removed": 1, "changed": 2}', 'then a game more, one less and two that moved'
);
select is(pg_temp.diff(1, null) #>> '{removed,0,id}', current_setting('test.away'), 'each is told');
select is(
  (select jsonb_agg(c -> 'fields' order by c #>> '{before,round}') from jsonb_array_elements(pg_temp.diff(1, null) -> 'changed') c),
  '[["ends_at", "plays_on", "round", "starts_at"], ["away_team_id", "home_team_id", "venue_id"]]', 'with what is different'
);
select is(pg_temp.diff(1, null) #>> '{changed,1,before,plays_on}', '2029-01-06', 'as it was');
select is(pg_temp.diff(1, null) #>> '{changed,1,after,plays_on}', '2029-02-03', 'and as it is');
select public.keep_schedule_version(tests.schedule_id());
select is(pg_temp.diff(2, 1) -> 'added' -> 0 ->> 'id', current_setting('test.away'), 'and between any two');
select is(pg_temp.diff(1, null), pg_temp.diff(1, 2) || '{"to": null}', 'of which one may be what stands');

select public.record_result(tests.game_id('Dover', 'Boise'), 3, 2);
select is((public.restore_schedule_version(tests.schedule_id(), 1) ->> 'changed')::int, 4, 'restored, what was different is put back');
select is((tests.game('Dover', 'Ames')).id, current_setting('test.away')::uuid, 'the game that was removed too, as itself');
select is(pg_temp.diff(1, null) #> '{changed,0,fields}', '["away_score", "home_score", "status"]', 'but for what was played since');
select is((select latest_version from public.schedules), 4, 'as a new version');
select is(pg_temp.diff(2, 3) #> '{changed,0,fields}', '["away_score", "home_score", "status"]', 'and what stood before is kept, as no version had it');
select is(tests.refusal('select public.restore_schedule_version(tests.schedule_id(), 9)') ->> 'code', 'not_found', 'not one that never was');

select public.publish_schedule(tests.schedule_id());
select public.cancel_game(tests.game_id('Ames', 'Boise')), public.update_game(tests.game_id('Cody', 'Dover'), '{"round": 4}');
select lives_ok('select public.restore_schedule_version(tests.schedule_id(), 4)', 'a published schedule is restored');
select is(tests.game_claims(), 15, 'with the claims of its games, but of the played one');
select tests.clear_authentication();
select throws_ok($$ update public.schedule_versions set note = 'x' $$, '42501', 'append_only', 'a version never changes');
select throws_ok('delete from public.schedule_versions', '42501', 'append_only', 'nor goes by itself');

select * from finish();
rollback;
