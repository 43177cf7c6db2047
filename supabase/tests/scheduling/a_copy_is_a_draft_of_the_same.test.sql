begin;
set local search_path = extensions;
select plan(8);
select tests.create_league();
select tests.create_schedule('Old', 'custom', more => jsonb_build_object('matchups', jsonb_build_array(
  jsonb_build_object('home_team_id', tests.team_id('Ames'), 'away_team_id', tests.team_id('Boise'), 'games', 2))));
insert into public.games (organization_id, schedule_id, round, plays_on, starts_at, ends_at, venue_id, home_team_id, away_team_id, published, status, attendance)
select s.organization_id, s.id, 1, tests.round_day(1), '2029-01-06 20:00Z', '2029-01-06 22:00Z', tests.venue_id('Ames Arena'),
  tests.team_id('Ames'), tests.team_id('Boise'), true, g.status, case g.status when 'played' then 500 end
from public.schedules s, unnest(array['played', 'cancelled', 'postponed']) g(status);
update public.schedules set status = 'archived', published_at = now();
select tests.authenticate_as('desk');
select set_config('test.copy', public.copy_schedule(tests.schedule_id('Old'), ' New ', 'once') ->> 'id', true);

select is(public.copy_schedule(tests.schedule_id('Old'), ' New ', 'once') ->> 'id', current_setting('test.copy'), 'one key, one copy');
select results_eq(
  $$ select name, status, published_at, version from public.schedules where id = current_setting('test.copy')::uuid $$,
  $$ values ('New', 'draft', null::timestamptz, 1::bigint) $$, 'a copy is a draft, even of what is archived'
);
select is(
  public.get_schedule(current_setting('test.copy')::uuid) - array['id', 'name', 'status', 'published_at', 'created_at', 'updated_at', 'created_by', 'version'],
  public.get_schedule(tests.schedule_id('Old')) - array['id', 'name', 'status', 'published_at', 'created_at', 'updated_at', 'created_by', 'version'],
  'with the same rounds, teams and match-ups'
);
select results_eq(
  $$ select status, published, attendance, starts_at from public.games where schedule_id = current_setting('test.copy')::uuid $$,
  $$ select 'scheduled', false, null::int, timestamptz '2029-01-06 20:00Z' from generate_series(1, 2) $$, 'its games are still to be played'
);
select is((select count(*) from public.games where schedule_id = tests.schedule_id('Old') and published), 3::bigint, 'those of the first stay');
select is(tests.refusal($$ select public.copy_schedule(tests.schedule_id('Old'), ' ') $$) -> 'detail', '{"field": "name"}', 'it needs a name');
select tests.authenticate_as('outsider');
select throws_ok(format($$ select public.copy_schedule(%L, 'x') $$, current_setting('test.copy')), 'PT404', 'not_found', 'nobody else copies it');
select tests.clear_authentication();
select is(
  (select e.data - 'season_id' from core.events e where e.aggregate_id = current_setting('test.copy')::uuid),
  jsonb_build_object('status', 'draft', 'copied_from', tests.schedule_id('Old')), 'and the log tells of which it is one'
);

select * from finish();
rollback;
