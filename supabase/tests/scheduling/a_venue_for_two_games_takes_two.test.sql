begin;
set local search_path = extensions;
select plan(7);

select tests.create_league(), tests.create_venue('Dome', games_at_once => 2), tests.create_schedule('Draft');
select tests.create_team('Elko'), tests.create_team('Fargo'), tests.create_schedule('All', rounds => 10);
select tests.authenticate_as('desk');
create function pg_temp.at_dome(home text, away text, round int) returns jsonb language sql as
  $$ select tests.pairing(home, away, round, jsonb_build_object('venue_id', tests.venue_id('Dome'), 'neutral', true)) $$;
select public.put_games(tests.schedule_id('All'), jsonb_build_array(
  pg_temp.at_dome('Ames', 'Boise', 1), pg_temp.at_dome('Cody', 'Dover', 1), pg_temp.at_dome('Elko', 'Fargo', 2)));
select lives_ok($$ select public.publish_schedule(tests.schedule_id('All')) $$, 'two games at once fit');
select is(
  tests.refusal($$ select public.add_game(tests.schedule_id('All'), pg_temp.at_dome('Elko', 'Fargo', 1)) $$) ->> 'code', 'game_does_not_fit', 'a third does not'
);
select public.unpublish_schedule(tests.schedule_id('All'));
select public.put_games(tests.schedule_id('All'), jsonb_build_array(
  pg_temp.at_dome('Ames', 'Boise', 1), pg_temp.at_dome('Cody', 'Dover', 1), pg_temp.at_dome('Elko', 'Fargo', 1)));
select is(
  (select array_agg(distinct c ->> 'resource_name') from jsonb_array_elements(
    tests.refusal($$ select public.publish_schedule(tests.schedule_id('All')) $$) #> '{detail,conflicts}') c),
  array['Dome'], 'nor when it is published with them'
);
select public.update_game(tests.game_id('Elko', 'Fargo', 'All'), '{"round": 2}');
select lives_ok($$ select public.publish_schedule(tests.schedule_id('All')) $$, 'a week later it does');
select set_config('test.turned', (
  select jsonb_agg(jsonb_build_object('id', g.id, 'round', 3 - g.round)) from public.games g)::text, true);
select lives_ok($$ select public.put_games(tests.schedule_id('All'), current_setting('test.turned')::jsonb) $$, 'all change places');
select is(tests.game_claims(), 9, 'each with three claims');
select public.unpublish_schedule(tests.schedule_id('All'));
select is(tests.game_claims(), 0, 'and all are given back');

select * from finish();
rollback;
