begin;
set local search_path = extensions;
select plan(6);

select tests.create_league();
create temporary table had as select count(*) as partitions from pg_inherits where inhparent = 'public.games'::regclass;
create function pg_temp.refused(starts_on text, ends_on text) returns text
language sql as $$
  select r ->> 'code' from tests.refusal(format('select public.create_season(%L, %L)', tests.sport_id(),
    jsonb_build_object('name', starts_on, 'starts_on', starts_on, 'ends_on', ends_on))) r
$$;

select tests.authenticate_as('desk');
select is(pg_temp.refused('5000-01-01', '5000-12-31'), 'invalid_input', 'nobody makes partitions of games for years that never come');
select is(pg_temp.refused('0044-01-01 BC', '0044-12-31 BC'), 'invalid_input', 'or that have no number');
select is(pg_temp.refused('-infinity', 'infinity'), 'invalid_input', 'or for all of them');
select is(
  tests.refusal(format('select public.update_season(%L, %L)', tests.season_id(), '{"starts_on": "5000-01-01", "ends_on": "5000-12-31"}')) ->> 'code',
  'invalid_input', 'nor by a change');
select lives_ok(format('select public.create_season(%L, %L)', tests.sport_id(), '{"name": "1970", "starts_on": "1970-01-01", "ends_on": "1970-12-31"}'),
  'what was played is history');
select tests.clear_authentication();
select is((select count(*) from pg_inherits where inhparent = 'public.games'::regclass), (select partitions + 1 from had), 'it brings the partition of its year');

select * from finish();
rollback;
