begin;
set local search_path = extensions;
select plan(12);
select tests.create_league();
select tests.create_schedule();
select tests.authenticate_as('desk');
select public.create_tv_window(tests.season_id(), '{"name": "Prime", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6}');

create temporary table things as
select 'sport' as kind, tests.sport_id() as id union all select 'season', tests.season_id() union all select 'venue', tests.venue_id('Ames Arena')
union all select 'team', tests.team_id('Ames') union all select 'schedule', tests.schedule_id() union all select 'tv_window', w.id from public.tv_windows w;

select is(
  tests.refusal(format($$ select public.update_%s(%L, '{"name": "Second"}', 1) $$, kind, id)), null, format('the first change of a %s is made', kind)
) from things;
select is_empty(
  $$ select kind, code from things, tests.refusal(format('select public.update_%s(%L, %L, 1)', kind, id, '{"name": "Third"}')) r(code)
     where r.code is distinct from '{"status": "PT409", "code": "version_conflict", "detail": {"expected": 1, "actual": 2}}' $$,
  'the second of the same version is not'
);
select is_empty(
  $$ select kind, code from things, tests.refusal(format('select public.delete_%s(%L, 1)', kind, id)) r(code)
     where r.code ->> 'code' is distinct from 'version_conflict' $$,
  'nor is what has changed deleted'
);
select set_eq(
  $$ select name from public.sports union all select name from public.seasons union all select name from public.tv_windows
     union all select name from public.schedules union all select name from public.teams where name = 'Second'
     union all select name from public.venues where name = 'Second' $$,
  array['Second'], 'all have the first change'
);
select throws_ok($$ select public.create_season(tests.sport_id('Second'), '{"name": "Second", "starts_on": "2029-01-01", "ends_on": "2029-01-02"}') $$,
  'PT409', 'name_taken', 'a name is had once');
select is(
  public.create_team(tests.sport_id('Second'), '{"name": "Eton", "code": "E"}', 'key') ->> 'id',
  public.create_team(tests.sport_id('Second'), '{"name": "Eton", "code": "E"}', 'key') ->> 'id', 'what is made twice under one key is made once'
);
select throws_ok($$ select public.create_team(tests.sport_id('Second'), '{"name": "Eden", "code": "E"}', 'key') $$,
  'PT409', 'idempotency_mismatch', 'and nothing else is under it');

select * from finish();
rollback;
