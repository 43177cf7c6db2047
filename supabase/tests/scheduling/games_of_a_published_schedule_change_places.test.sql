begin;
set local search_path = extensions;
select plan(13);

select tests.create_season_of_games(published => true);
create function pg_temp.put(games jsonb) returns jsonb language sql as $$ select public.put_games(tests.schedule_id(), games) $$;
create function pg_temp.without_other_sports() returns setof text language sql security definer as $$
  select r.name || ' ' || (lower(c.during) at time zone 'America/Chicago')::date
  from calendar.claims c join public.resources r on r.id = c.resource_id where r.kind = 'venue' $$;
select tests.authenticate_as('desk');
-- all games with the rounds 1 and 2 exchanged
select set_config('test.turned', (
  select jsonb_agg(jsonb_build_object('id', g.id, 'round', case g.round when 1 then 2 when 2 then 1 else g.round end)) from public.games g)::text, true);

select is((pg_temp.put(current_setting('test.turned')::jsonb) ->> 'changed')::int, 4, 'two rounds change places at once');
select is(tests.game_claims(), 18, 'with as many claims as before');
select results_eq(
  'select pg_temp.without_other_sports() order by 1',
  array['Ames Arena 2029-01-06', 'Ames Arena 2029-01-13', 'Boise Arena 2029-01-20', 'Cody Arena 2029-01-13', 'Dover Arena 2029-01-06', 'Dover Arena 2029-01-20'],
  'each at its new place'
);
select tests.clear_authentication();
insert into calendar.claims (resource_id, during, kind, owner_id)
values (tests.venue_id('Cody Arena'), tstzrange(tests.chicago('2029-01-06 20:30'), tests.chicago('2029-01-06 23:00')), 'appointment', gen_random_uuid());
select tests.authenticate_as('desk');
select set_config('test.back', (
  select jsonb_agg(jsonb_build_object('id', g.id, 'round', case g.round when 1 then 2 when 2 then 1 else g.round end)) from public.games g)::text, true);
select is(
  (select jsonb_agg(c -> 'kind' || (c -> 'resource_name')) from jsonb_array_elements(
    tests.refusal(format('select pg_temp.put(%L)', current_setting('test.back'))) #> '{detail,conflicts}') c),
  '[["appointment", "Cody Arena"]]', 'whole or not at all: what is in the way is named'
);
select is((tests.game('Cody', 'Dover')).round, 2, 'and no game moves');
select is(tests.game_claims(), 18, 'nor any claim');

select is((pg_temp.put((current_setting('test.turned')::jsonb - 0)) ->> 'changed')::int, 1, 'a published game that is not in the list');
select is((select count(*)::int from public.games where status = 'cancelled'), 1, 'is cancelled, not removed');
select is(tests.game_claims(), 15, 'and gives its time back');
select is((select count(*)::int from public.games g where g.published), 6, 'those who knew of it can see that');

select public.update_game(tests.game_id('Dover', 'Boise'), '{"round": 4}'), public.update_game(tests.game_id('Boise', 'Cody'), '{"round": 5}');
select is((public.put_games(tests.schedule_id(), jsonb_build_array(
    jsonb_build_object('id', tests.game_id('Dover', 'Boise'), 'round', 5), jsonb_build_object('id', tests.game_id('Boise', 'Cody'), 'round', 4)), true)
  ->> 'changed')::int, 2, 'two of them change places');
select is((select count(*)::int from public.games where status = 'scheduled'), 5, 'while the others stay');
select is(
  tests.refusal(format('select public.put_games(tests.schedule_id(), %L, true)', jsonb_build_array(
    jsonb_build_object('id', tests.game_id('Dover', 'Boise'), 'round', 4)))) ->> 'code', 'cannot_publish', 'or neither does'
);

select * from finish();
rollback;
