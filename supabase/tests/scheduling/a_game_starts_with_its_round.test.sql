begin;
set local search_path = extensions;
select plan(13);

select tests.create_season_of_games();
create function pg_temp.starts(home text, away text) returns timestamp language sql as
  $$ select (tests.game(home, away)).starts_at at time zone 'America/Chicago' $$;
create function pg_temp.change(home text, away text, changes jsonb) returns void language sql as
  $$ select public.update_game(tests.game_id(home, away), changes) $$;

select tests.authenticate_as('desk');
select is(pg_temp.starts('Ames', 'Boise'), '2029-01-06 19:00', 'a game begins when its round does');
select is((tests.game('Ames', 'Boise')).venue_id, tests.venue_id('Ames Arena'), 'at the home side''s');
select is((tests.game('Ames', 'Boise')).ends_at - (tests.game('Ames', 'Boise')).starts_at, interval '2 hours', 'and lasts as long as the sport''s do');

select pg_temp.change('Ames', 'Boise', '{"round": 4}');
select is(pg_temp.starts('Ames', 'Boise'), '2029-01-27 19:00', 'with another round it gets its day and start');
select pg_temp.change('Ames', 'Boise', '{"starts": "12:30"}');
select pg_temp.change('Ames', 'Boise', '{"round": 5}');
select is(pg_temp.starts('Ames', 'Boise'), '2029-02-03 12:30', 'a start of its own it keeps');
select pg_temp.change('Ames', 'Boise', '{"plays_on": "2029-03-12"}');
select is(pg_temp.starts('Ames', 'Boise'), '2029-03-12 12:30', 'by the wall clock, whatever the clock does');
select pg_temp.change('Ames', 'Boise', '{"starts_at": "2029-03-14T01:00:00Z"}');
select is((tests.game('Ames', 'Boise')).plays_on, date '2029-03-13', 'an instant has its day at the venue');
select pg_temp.change('Ames', 'Boise', '{"starts_at": null}');
select is((tests.game('Ames', 'Boise')).ends_at, null, 'a start can be left open');
select is((tests.game('Ames', 'Boise')).plays_on, date '2029-03-13', 'on a day that stands');

select public.swap_game(tests.game_id('Ames', 'Cody'));
select is((tests.game('Cody', 'Ames')).venue_id, tests.venue_id('Cody Arena'), 'turned round it is in the other arena');
select public.update_game(tests.game_id('Cody', 'Ames'), jsonb_build_object('venue_id', tests.venue_id('Dover Arena'), 'neutral', true));
select public.swap_game(tests.game_id('Cody', 'Ames'));
select is((tests.game('Ames', 'Cody')).venue_id, tests.venue_id('Dover Arena'), 'unless it was in neither''s');

select is(
  tests.refusal(format($$ select public.update_game(%L, '{"plays_on": "2029-01-08", "starts_at": "2029-01-10T01:00:00Z"}') $$, tests.game_id('Ames', 'Cody'))),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "starts_at"}}', 'day and start agree'
);
select is(
  tests.refusal(format($$ select public.update_game(%L, '{"plays_on": "2031-01-08"}') $$, tests.game_id('Ames', 'Cody'))),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "plays_on"}}', 'and are in the season'
);

select * from finish();
rollback;
