begin;
set local search_path = extensions;
select plan(9);
select tests.create_season_of_games();
select tests.value_as('owner', format('select public.create_tv_window(%L, %L)', tests.season_id(), w)) from unnest(array[
  '{"name": "Saturdays", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6, "value": 1000}',
  '{"name": "Opening", "starts": "18:00", "time_zone": "America/Chicago", "plays_on": "2029-01-06", "value": 5000, "minimum_quality": 0.5}',
  '{"name": "Monday", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 1, "value": 1000}']) w;

select tests.authenticate_as('viewer');
create temporary table told as select public.tv_question(tests.schedule_id('Draft')) as tv, public.risk_question(tests.schedule_id('Draft')) as risk;
select is(
  array(select (s ->> 'name') || ' ' || (s ->> 'plays_on') from told, jsonb_array_elements(tv -> 'slots') s),
  array['Opening 2029-01-06', 'Saturdays 2029-01-06', 'Saturdays 2029-01-13', 'Saturdays 2029-01-20'],
  'a window on each day that is played, and none where nothing is');
select is((select jsonb_array_length(tv -> 'games') from told), 6, 'for the games to be played');
select is((select tv #> array['records', tests.team_id('Ames')::text] from told), '[0, 0]', 'nobody has won yet');
select is((select risk -> 'conflicts' from told), '[]', 'nothing is in the way');

select tests.authenticate_as('owner');
select public.add_absence(tests.venue_id('Ames Arena'), '2029-01-07 00:00+00', '2029-01-07 12:00+00', 'ice');
select is(
  array(select (c ->> 'kind') || ' ' || (c ->> 'resource_name') from jsonb_array_elements(public.risk_question(tests.schedule_id('Draft')) -> 'conflicts') c),
  array['absence Ames Arena'], 'until something is');

-- What is called off once it is published is remembered, whatever becomes of it.
select public.remove_absence((select id from public.absences where reason = 'ice'));
select public.publish_schedule(tests.schedule_id('Draft'));
select public.postpone_game(tests.game_id('Ames', 'Boise'));
select public.reinstate_game(tests.game_id('Ames', 'Boise'), jsonb_build_object('plays_on', '2029-02-03', 'starts', '19:00'));
select public.update_game(tests.game_id('Cody', 'Dover'), jsonb_build_object('plays_on', '2029-02-10'));
select public.update_game(tests.game_id('Ames', 'Cody'), '{"note": "white out"}');
select tests.clear_authentication();
select is((select kind from scheduling.disturbed_games where game_id = tests.game_id('Ames', 'Boise')), 'postponed', 'a postponed game is');
select is((select planned_on from scheduling.disturbed_games where game_id = tests.game_id('Ames', 'Boise')), date '2029-01-06', 'as it was planned first');
select is((select kind from scheduling.disturbed_games where game_id = tests.game_id('Cody', 'Dover')), 'moved', 'a moved one too');
select is((select count(*) from scheduling.disturbed_games), 2::bigint, 'a note changes nothing');

select * from finish();
rollback;
