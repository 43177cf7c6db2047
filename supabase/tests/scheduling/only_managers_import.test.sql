begin;
set local search_path = extensions;
select plan(13);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 6);
create temporary table made as select tests.stage('games', '[{"date": "2029-01-06", "home_team": "Ames", "away_team": "Boise"}]') as id;
grant select on made to anon, authenticated;

create function pg_temp.refused(what text) returns text
language sql as $$ select r ->> 'code' from tests.refusal(format(what, (select id from made), tests.organization_id('conference'), tests.schedule_id('Draft'))) r $$;
create function pg_temp.verbs() returns text[]
language sql as $$
  select array[pg_temp.refused('select public.create_import(%2$L, ''games'', %3$L)'), pg_temp.refused('select public.stage_import_rows(%1$L, 1, ''games'', ''[]'')'),
    pg_temp.refused('select public.check_import(%1$L)'), pg_temp.refused('select public.apply_import(%1$L)'), pg_temp.refused('select public.discard_import(%1$L)')]
$$;

select tests.authenticate_as('viewer');
select is(pg_temp.verbs(), array_fill('permission_denied'::text, array[5]), 'a viewer imports nothing');
select is_empty('select id from public.imports', 'and sees no imports');
select tests.authenticate_as('outsider');
select is(pg_temp.verbs(), array['permission_denied', 'not_found', 'not_found', 'not_found', 'not_found'], 'to outsiders there are none');
select is_empty('select id from public.imports', 'nor do they see any');
select is(
  tests.refusal(format('select public.create_import(%L, %L, %L)', tests.organization_id('elsewhere'), 'games', tests.schedule_id('Draft'))) ->> 'code',
  'not_found', 'nor is this schedule one of theirs');
select is(
  tests.refusal(format('select public.create_import(%L, %L, sport_id => %L)', tests.organization_id('elsewhere'), 'teams', tests.sport_id())) ->> 'code',
  'not_found', 'nor this sport');
select tests.as_anon();
select throws_ok('select public.check_import(id) from made', '42501', null, 'guests import nothing');
select throws_ok('select id from public.imports', '42501', null, 'and see nothing');

select tests.authenticate_as('desk');
select is((select count(*) from public.imports), 1::bigint, 'who manages sees it');
select throws_ok($$ delete from public.imports $$, '42501', null, 'and writes it by commands only');
select lives_ok('select public.discard_import(id) from made', 'which give it up');
select tests.clear_authentication();
select is((select count(*) from scheduling.import_rows), 0::bigint, 'with its rows');
select is((select count(*) from public.games), 0::bigint, 'and nothing was done');

select * from finish();
rollback;
