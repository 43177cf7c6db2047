begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);
select tests.create_location('Main'), tests.create_location('Annex'), tests.create_location('Far', time_zone => 'Asia/Tokyo');

-- The clocks of Berlin go back on 31 October 2027: that day has 25 hours, from 22:00 to 23:00 UTC of the next.
create function pg_temp.at_place(place text, starts_at timestamptz, status text default 'booked') returns void
language sql as $$
  insert into public.appointments (organization_id, service_id, location_id, starts_at, ends_at, status, customer_id, resource_ids, policy)
  select tests.organization_id(), tests.service_id('Consultation'), tests.location_id(place), starts_at, starts_at + interval '30 minutes', 'booked',
    tests.get_supabase_uid('customer'), array[tests.resource_id('Ann'), tests.resource_id('Room')], '{}';
  update public.appointments set status = at_place.status where public.appointments.starts_at = at_place.starts_at and at_place.status <> 'booked'
$$;
select pg_temp.at_place('Main', t::timestamptz) from unnest(array[
  '2027-10-30T21:59Z', '2027-10-30T22:00Z', '2027-10-31T00:30Z', '2027-10-31T01:30Z', '2027-10-31T22:59Z', '2027-10-31T23:00Z']) t;
select pg_temp.at_place('Main', '2027-10-31T09:00Z', 'cancelled'), pg_temp.at_place('Annex', '2027-10-31T09:30Z'), pg_temp.at_place('Far', '2027-10-31T15:30Z');

create function pg_temp.board(place text, after timestamptz default null, after_id uuid default null, page int default 200) returns setof text
language sql as $$
  select to_char(d.starts_at at time zone 'UTC', 'DD HH24:MI') || ' ' || d.status
  from public.location_day(tests.location_id(place), '2027-10-31', after, after_id, page) d
$$;
select tests.authenticate_as('viewer');
select results_eq(
  $$ select * from pg_temp.board('Main') $$,
  array['30 22:00 booked', '31 00:30 booked', '31 01:30 booked', '31 09:00 cancelled', '31 22:59 booked'],
  'from one local midnight to the next, by start, whatever became of it'
);
select results_eq($$ select * from pg_temp.board('Far') $$, array[]::text[], 'a day is one of the place''s own zone');
select results_eq(
  $$ select service_name, customer_name, resources from public.location_day(tests.location_id('Annex'), '2027-10-31') $$,
  $$ select 'Consultation', 'Customer', jsonb_build_array(
    jsonb_build_object('id', tests.resource_id('Room'), 'name', 'Room', 'kind', 'room'), jsonb_build_object('id', tests.resource_id('Ann'), 'name', 'Ann', 'kind', 'staff')) $$,
  'with what is done, for whom and by whom'
);
-- By pages of two, as far as it goes.
create temporary table pages as
with recursive page(rows) as (
  select array(select (d.starts_at, d.id)::text from public.location_day(tests.location_id('Main'), '2027-10-31', page_size => 2) d)
  union all
  select array(select (d.starts_at, d.id)::text from public.location_day(tests.location_id('Main'), '2027-10-31',
    trim('()"' from split_part(rows[2], ',', 1))::timestamptz, trim(')' from split_part(rows[2], ',', 2))::uuid, 2) d)
  from page where cardinality(rows) = 2
)
select unnest(rows) as line from page;
select is(count(*), 5::bigint, 'pages hold all of it') from pages;
select is(count(distinct line), 5::bigint, 'and nothing twice') from pages;

create function pg_temp.code(place uuid, day date default '2027-10-31', page int default 10) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code') from tests.refusal(format('select * from public.location_day(%L, %L, page_size => %s)', place, day, page)) r
$$;
select is(pg_temp.code(tests.location_id('Main'), page => 0), 'PT422 invalid_input', 'a page has a row at least');
select is(pg_temp.code(tests.location_id('Main'), null), 'PT422 invalid_input', 'a board is of a day');
select is(pg_temp.code(gen_random_uuid()), 'PT404 not_found', 'of a place that there is');
select tests.authenticate_as('customer');
select is(pg_temp.code(tests.location_id('Main')), 'PT404 not_found', 'customers see no board');
select tests.authenticate_as('outsider');
select is(pg_temp.code(tests.location_id('Main')), 'PT404 not_found', 'nor does another organization');
select tests.as_anon();
select throws_ok($$ select * from public.location_day(gen_random_uuid(), '2027-10-31') $$, '42501', null, 'nor a guest');

select * from finish();
rollback;
