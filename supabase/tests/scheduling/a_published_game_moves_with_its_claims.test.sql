begin;
set local search_path = extensions;
select plan(16);

select tests.create_season_of_games(published => true);
select tests.create_schedule('Next');
select set_config('test.id', tests.game_id('Ames', 'Boise')::text, true);
create function pg_temp.id() returns uuid language sql as $$ select current_setting('test.id')::uuid $$;
create function pg_temp.times() returns setof timestamp language sql security definer as $$
  select distinct lower(c.during) at time zone 'America/Chicago' from calendar.claims c where c.owner_id = pg_temp.id() $$;

select tests.authenticate_as('desk');
select public.update_game(pg_temp.id(), '{"starts": "20:00"}');
select results_eq('select pg_temp.times()', array[timestamp '2029-01-06 20:00'], 'an hour later, though it overlaps its own time');
select public.update_game(pg_temp.id(), '{"round": 4}');
select results_eq('select pg_temp.times()', array[timestamp '2029-01-27 20:00'], 'or another week');
select is(tests.game_claims(), 18, 'with as many claims as before');
select is(
  (select array_agg(c ->> 'resource_name' order by c ->> 'resource_name') from jsonb_array_elements(
    tests.refusal(format('select public.update_game(%L, %L)', pg_temp.id(), '{"round": 2}')) #> '{detail,conflicts}') c),
  array['Ames', 'Ames Arena', 'Boise'], 'not where its teams play, or its arena is taken'
);
select is(
  (select array_agg(distinct c ->> 'kind') from jsonb_array_elements(
    tests.refusal(format('select public.update_game(%L, %L)', pg_temp.id(), '{"round": 2}')) #> '{detail,conflicts}') c), array['game'], 'by another game'
);
select results_eq('select pg_temp.times()', array[timestamp '2029-01-27 20:00'], 'then it stays where it was');
select is(
  tests.refusal(format('select public.update_game(%L, %L)', pg_temp.id(), '{"starts_at": null}')) -> 'detail', '{"field": "starts_at"}',
  'a published game has a start'
);
select public.postpone_game(pg_temp.id());
select is_empty('select pg_temp.times()', 'postponed it has no time');
select is(tests.refusal(format('select public.reinstate_game(%L, %L)', pg_temp.id(), '{"round": 3}')) ->> 'code', 'game_does_not_fit', 'it comes back only where there is room');
select public.reinstate_game(pg_temp.id(), '{"round": 6}');
select results_eq('select pg_temp.times()', array[timestamp '2029-02-10 20:00'], 'and takes its time again');
select public.record_result(pg_temp.id(), 1, 0);
select is(tests.game_claims(), 18, 'what was played has taken its time');
select is(tests.refusal(format('select public.remove_game(%L)', pg_temp.id())) ->> 'code', 'schedule_published', 'a published game is not removed');
select is(
  tests.refusal(format('select public.add_game(tests.schedule_id(), %L)', tests.pairing('Cody', 'Dover', 1))) ->> 'code', 'game_does_not_fit',
  'nor one added where there is no room'
);
select public.add_game(tests.schedule_id(), tests.pairing('Cody', 'Dover', 5));
select is(tests.game_claims(), 21, 'one where there is takes its time');

select tests.clear_authentication();
insert into public.role_permissions (role, permission) values ('viewer', 'schedules.manage');
select tests.authenticate_as('viewer');
select is(
  tests.refusal(format('select public.update_game(%L, %L)', tests.game_id('Ames', 'Cody'), '{"note": "x"}')) -> 'detail',
  '{"permission": "schedules.publish"}', 'who does not publish changes nothing published'
);
select lives_ok(format($$ select public.put_games(tests.schedule_id('Next'), '[]') $$), 'but drafts');

select * from finish();
rollback;
