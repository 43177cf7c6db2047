begin;
set local search_path = extensions;
select plan(10);

select tests.create_clinic();
select tests.create_member('patient', 'customer');
select tests.value_as(null, format('select public.add_absence(%L, %L, %L, %L)',
  tests.resource_id('Ann'), tests.day_at(2, '09:00'), tests.day_at(3, '09:00'), 'surgery'));
select tests.value_as(null, format('select public.set_date_override(%L, %L, %L)', tests.resource_id('Ann'), '2030-01-01', '[]'));

create view pg_temp.seen as
select 'resources' as what, count(*) as n from public.resources
union all select 'weekly_hours', count(*) from public.weekly_hours
union all select 'date_overrides', count(*) from public.date_overrides
union all select 'absences', count(*) from public.absences;
alter view pg_temp.seen set (security_invoker = true);
grant select on pg_temp.seen to anon, authenticated;

select tests.authenticate_as('owner');
select results_eq('select n from pg_temp.seen order by what', array[1, 1, 3, 21]::bigint[], 'the owner sees all of it');
select tests.authenticate_as('viewer');
select results_eq('select n from pg_temp.seen order by what', array[1, 1, 3, 21]::bigint[], 'so does a member with resources.read');
select tests.authenticate_as('patient');
select is((select sum(n) from pg_temp.seen), 0::numeric, 'a customer of the organization sees none of it');
select tests.authenticate_as('customer');
select is((select sum(n) from pg_temp.seen), 0::numeric, 'nor a user from anywhere');
select tests.authenticate_as('outsider');
select is((select sum(n) from pg_temp.seen), 0::numeric, 'nor the owner of another organization');
select throws_ok('select * from calendar.claims', '42501', null, 'claims are nobody''s to read');
select throws_ok('select * from calendar.busy_times', '42501', null, 'nor is imported busy time');
select throws_ok(
  $$ select calendar.release(gen_random_uuid()) $$, '42501', null, 'and the kernel''s own functions are nobody''s to call'
);
select throws_ok(
  $$ select * from calendar.availability(array[gen_random_uuid()], 'empty', '0', '0') $$, '42501', null, 'not even to look'
);
select tests.as_anon();
select throws_ok('select * from public.resources', '42501', null, 'guests may not ask');

select * from finish();
rollback;
