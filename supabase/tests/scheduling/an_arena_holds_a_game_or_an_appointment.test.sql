begin;
set local search_path = extensions;
select plan(12);

select tests.create_season_of_games();
select tests.value_as(null, format('select public.set_weekly_hours(%L, %L)', tests.venue_id('Ames Arena'),
  (select jsonb_agg(jsonb_build_object('weekday', d, 'opens', '06:00', 'closes', '24:00')) from generate_series(1, 7) d)));
select tests.offer_service('Concert', '{"booking_horizon_days": 731, "minimum_notice_minutes": 0}', all_of => array['Ames Arena'], slug => 'conference');
-- within the booking horizon, whatever today is: the season is moved to next week
update public.seasons set starts_on = current_date, ends_on = current_date + 365;
update public.schedule_rounds set plays_on = current_date + 7 * number;
select tests.authenticate_as('desk');
create function pg_temp.evening(round int) returns timestamptz language sql as
  $$ select (current_date + 7 * round + time '19:30') at time zone 'America/Chicago' $$;
create function pg_temp.book(at timestamptz) returns jsonb language sql as
  $$ select tests.refusal(format('select public.book_appointment(%L, %L)', tests.service_id('Concert'), at)) $$;
select public.put_games(tests.schedule_id(), tests.three_rounds());

select is(pg_temp.book(pg_temp.evening(1)), null, 'a draft keeps nobody out');
select is(
  tests.refusal('select public.publish_schedule(tests.schedule_id())') #> '{detail,conflicts,0}' -> 'kind', '"appointment"',
  'what was booked first keeps the game out'
);
select is(tests.refusal('select public.publish_schedule(tests.schedule_id())') #>> '{detail,total}', '1', 'and nothing else does');
select tests.clear_authentication();
select is(tests.game_claims(), 0, 'so that no game has its time');
select tests.authenticate_as('desk');
select public.update_game(tests.game_id('Ames', 'Boise'), '{"round": 5}');
select lives_ok('select public.publish_schedule(tests.schedule_id())', 'on another day there is room');
select is(
  pg_temp.book(pg_temp.evening(5)) ->> 'code', 'slot_taken', 'a published game keeps appointments out'
);
select is(pg_temp.book(pg_temp.evening(5)) #> '{detail,conflicts,0,kind}', '"game"', 'which are told that it is a game');
select is(
  tests.refusal(format($$ select public.update_game(%L, '{"round": 1}') $$, tests.game_id('Ames', 'Boise'))) ->> 'code',
  'game_does_not_fit', 'it does not move to where the appointment is'
);
select public.cancel_game(tests.game_id('Ames', 'Boise'));
select is(pg_temp.book(pg_temp.evening(5)), null, 'a cancelled one gives its time to others');

select public.unpublish_schedule(tests.schedule_id());
select public.update_game(tests.game_id('Ames', 'Cody'), '{"round": 4}');
select tests.clear_authentication();
select tests.hold('Concert', pg_temp.evening(4));
select tests.authenticate_as('desk');
select is(
  (select jsonb_agg(c -> 'kind') from jsonb_array_elements(public.check_publication(tests.schedule_id()) -> 'conflicts') c), '["hold"]',
  'what somebody holds is kept from games too'
);
select tests.clear_authentication();
select tests.let_time_pass();
select tests.authenticate_as('desk');
select lives_ok('select public.publish_schedule(tests.schedule_id())', 'while the hold lasts');
select is(pg_temp.book(pg_temp.evening(4)) ->> 'code', 'slot_taken', 'then the game has the arena');

select * from finish();
rollback;
