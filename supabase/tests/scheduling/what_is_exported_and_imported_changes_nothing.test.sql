begin;
set local search_path = extensions;
select plan(12);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 6);
select tests.import('games', '[
  {"round": 1, "date": "2029-01-06", "time": "19:00:30", "home_team": "Ames", "away_team": "Boise", "note": "=1+1"},
  {"round": 1, "date": "2029-01-06", "time": null, "home_team": "Cody", "away_team": "Dover", "venue": null},
  {"date": "2029-01-13", "starts_at": "2029-01-13T20:00:00.123456-06:00", "home_team": "Dover", "away_team": "Ames", "neutral": "yes", "venue": "Boise Arena"},
  {"round": 2, "date": "2029-01-13", "time": "02:30", "time_zone": "America/New_York", "home_team": "Cody", "away_team": "Boise", "status": "played", "attendance": 0}]', 'apply');
select lives_ok($$ select tests.import('constraints', jsonb_build_array(jsonb_build_object('type', t.type, 'params', t.example, 'hard', true)), 'apply')
  from public.constraint_types t order by t.type limit 1 $$, 'a constraint of any type there is');
select tests.import('matchups', '[{"home_team": "Ames", "away_team": "Cody", "games": 2}, {"home_team": "cody", "away_team": "Dover", "home_is_fixed": "yes"}]', 'apply');
update public.teams set code = 'Ämes, "=1"' where name = 'Ames';

create function pg_temp.again(kind text) returns int[]
language sql as $$
  select tests.tally(tests.import(kind, tests.value_as('viewer', format('select public.export_rows(%L, %L)', kind, tests.schedule_id('Draft')))::jsonb))
$$;
select is(pg_temp.again('games'), '{0,0,4,0}', 'games');
select is(pg_temp.again('teams'), '{0,0,4,0}', 'teams');
select is(pg_temp.again('venues'), '{0,0,4,0}', 'venues');
select is(pg_temp.again('rounds'), '{0,0,6,0}', 'rounds');
select is(pg_temp.again('matchups'), '{0,0,2,0}', 'match-ups');

select tests.authenticate_as('viewer');
select is(jsonb_array_length(public.export_rows('games', tests.schedule_id('Draft'), page_size => 3)), 3, 'games come in pages');
select is((
    with first as (select e from jsonb_array_elements(public.export_rows('games', tests.schedule_id('Draft'), page_size => 3)) with ordinality f (e, n) where n = 3)
    select jsonb_array_length(public.export_rows('games', tests.schedule_id('Draft'), after_date => (e ->> 'date')::date, after_id => (e ->> 'id')::uuid)) from first),
  1, 'and go on after the last');
select tests.authenticate_as('customer');
select is(tests.refusal(format('select public.export_rows(%L, %L)', 'games', tests.schedule_id('Draft'))) ->> 'code', 'not_found', 'a draft is none for those who may not see it');
select tests.authenticate_as('outsider');
select is(tests.refusal(format('select public.export_rows(%L, %L)', 'games', tests.schedule_id('Draft'))) ->> 'code', 'not_found', 'nor for outsiders');
select is(tests.refusal(format('select public.export_rows(%L, organization_id => %L)', 'venues', tests.organization_id('conference'))) ->> 'code', 'permission_denied', 'nor are their venues');
select tests.as_anon();
select throws_ok($$ select public.export_rows('games', gen_random_uuid()) $$, '42501', null, 'nor for guests');

select * from finish();
rollback;
