begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann', 'Bob']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(2, '10:00', 2))::text, true);
-- The second is Bob's, so that ann manages one of two.
update public.appointments set resource_ids = array[case when id = tests.nth(series_id, 1) then tests.resource_id('Ann') else tests.resource_id('Bob') end];
create temporary table commands as
select c || '(%L' || coalesce(', ' || more, '') || ')' as command
from (values ('get_series', null), ('cancel_series', null), ('change_series', '''all'', ''{"notes": "mine"}''')) as x (c, more);
grant select on commands to anon, authenticated;
create function pg_temp.told(id text) returns setof jsonb
language sql as $$ select tests.refusal(format('select public.' || command, id)) from commands $$;

select tests.authenticate_as('outsider');
select results_eq($$ select distinct t -> 'status', t -> 'code' from pg_temp.told(current_setting('test.series')) t $$,
  $$ values ('"PT404"'::jsonb, '"not_found"'::jsonb) $$, 'to the owner of another organization there is no such series');
select is_empty('select from public.appointment_series', 'nor do they read it');
select tests.authenticate_as('neighbour');
select results_eq('select * from pg_temp.told(current_setting(''test.series''))',
  'select * from pg_temp.told(''00000000-0000-4000-8000-000000000000'')', 'another customer is told the same as of one that is not');
select is_empty('select from public.appointment_series', 'and reads none');
select tests.as_anon();
select results_eq('select * from pg_temp.told(current_setting(''test.series''))',
  'select * from pg_temp.told(''00000000-0000-4000-8000-000000000000'')', 'so is a guest');
select throws_ok('select from public.appointment_series', '42501', null, 'who reads no table at all');

select tests.authenticate_as('viewer');
select results_eq('select t ->> ''code'' from pg_temp.told(current_setting(''test.series'')) t',
  array[null, 'permission_denied', 'permission_denied'], 'a member who looks on reads it and changes nothing');
select is((select count(*) from public.appointment_series), 1::bigint, 'the table too');
select tests.authenticate_as('ann');
select is((select r #>> '{detail,conflicts,0,appointment_id}' from tests.refusal(format('select public.cancel_series(%L)', current_setting('test.series'))) r)::uuid,
  tests.nth(current_setting('test.series')::uuid, 2), 'staff change what is on their own calendar: not the second');
select is(tests.refusal(format('select public.cancel_series(%L, ''one'', %L)', current_setting('test.series'), tests.nth(current_setting('test.series')::uuid, 1))),
  null, 'but the first');
select tests.authenticate_as('customer');
select is((select count(*) from public.appointment_series), 1::bigint, 'its customer reads it');
select throws_ok($$ update public.appointment_series set rule = 'x' $$, '42501', null, 'and writes no table');

select * from finish();
rollback;
