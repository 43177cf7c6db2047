begin;
set local search_path = extensions;
select plan(16);

select tests.create_season_of_games();
select tests.clear_authentication();
update public.sports set setup_minutes = 60, teardown_minutes = 30;
select is(tests.game_claims(), 0, 'a draft takes no time');
select tests.authenticate_as('desk');
select is(public.publish_schedule(tests.schedule_id(), idempotency_key => 'k') ->> 'status', 'published', 'it is published');
select is((public.publish_schedule(tests.schedule_id(), idempotency_key => 'k') ->> 'version')::int, 3, 'under one key once');
select is(tests.refusal('select public.publish_schedule(tests.schedule_id())') ->> 'code', 'schedule_published', 'and not again');
select is(tests.game_claims(), 18, 'each of six games takes two teams and a venue');
select tests.clear_authentication();
select set_eq(
  format($$ select resource_id, during from calendar.claims where owner_id = %L $$, tests.game_id('Ames', 'Boise')),
  $$ select r, tstzrange(tests.chicago('2029-01-06 18:00'), tests.chicago('2029-01-06 21:30'))
     from unnest(array[tests.team_id('Ames'), tests.team_id('Boise'), tests.venue_id('Ames Arena')]) r $$,
  'from setting up to clearing away'
);
select is((select bool_and(published) from public.games), true, 'its games are published');
select is((select latest_version from public.schedules), 1, 'as a version that is kept');
select is((select data from core.events where type = 'schedule.published') - 'season_id', '{"status": "published", "games": 6, "number": 1}', 'and an event tells');
select tests.authenticate_as('customer');
select is((select count(*)::int from public.games), 6, 'every member sees them');

select tests.authenticate_as('desk');
select is(public.unpublish_schedule(tests.schedule_id()) ->> 'status', 'draft', 'it is taken back');
select is(tests.game_claims(), 0, 'with all its time');
select tests.authenticate_as('customer');
select is_empty('select * from public.games', 'and is the office''s again');
select tests.authenticate_as('desk');
select is(tests.refusal('select public.unpublish_schedule(tests.schedule_id())') ->> 'code', 'schedule_not_published', 'a draft is not taken back');
select lives_ok('select public.publish_schedule(tests.schedule_id())', 'it can be published anew');
select tests.clear_authentication();
select is((select array_agg(number order by number) from public.schedule_versions), array[1, 2], 'each time a version is kept');

select * from finish();
rollback;
