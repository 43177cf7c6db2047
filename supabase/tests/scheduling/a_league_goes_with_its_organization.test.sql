begin;
set local search_path = extensions;
select plan(3);
select tests.create_league();
select tests.create_schedule('Draft', 'custom', more => jsonb_build_object('matchups', jsonb_build_array(
  jsonb_build_object('home_team_id', tests.team_id('Ames'), 'away_team_id', tests.team_id('Boise')))));
select tests.value_as('owner', format('select public.create_tv_window(%L, %L)', tests.season_id(),
  '{"name": "Prime", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6}'));

select lives_ok($$ delete from public.organizations where id = tests.organization_id('conference') $$, 'an organization is deleted');
select lives_ok('set constraints all immediate', 'whole');
select is_empty(
  $$ select id from public.sports union all select id from public.seasons union all select id from public.venues union all
     select id from public.teams union all select id from public.tv_windows union all select id from public.schedules $$,
  'and its league with it'
);

select * from finish();
rollback;
