begin;
set local search_path = extensions;
select plan(19);

select tests.create_clinic();
select tests.create_location('Main');
update public.resources set location_id = tests.location_id('Main') where name = 'Ann';
select tests.offer_service('Consultation', '{"buffer_after_minutes": 30}', any_of => array['Ann', 'Bob']);
select tests.create_resource('Teller', slug => 'bank');
select tests.offer_service('Advice', any_of => array['Teller'], slug => 'bank');

create function pg_temp.line(external_id text, starts_at timestamptz, more jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_object('external_id', external_id, 'service_id', tests.service_id('Consultation'), 'starts_at', starts_at, 'status', 'fulfilled',
    'customer_id', tests.get_supabase_uid('customer'), 'resource_id', tests.resource_id('Ann')) || more
$$;
create function pg_temp.import(lines jsonb, key text default null) returns jsonb
language sql as $$ select public.import_appointments(tests.organization_id(), lines, key) $$;
create function pg_temp.outcomes(lines jsonb) returns setof text
language sql as $$ select concat_ws(' ', r ->> 'external_id', r ->> 'outcome', r ->> 'code', r #>> '{detail,field}') from jsonb_array_elements(pg_temp.import(lines) -> 'results') r $$;

select tests.authenticate_as('desk');
create temporary table lines as
select jsonb_build_array(
  pg_temp.line('night', '2020-05-01T01:00Z'), pg_temp.line('taken', '2020-05-01T01:45Z'),
  pg_temp.line('other', '2020-05-01T01:00Z', '{"resource_id": null, "customer_id": null, "guest": {"name": "Gus", "email": "Gus@example.com"}}'),
  pg_temp.line('missed', '2020-05-01T01:00Z', '{"status": "no_show"}'), pg_temp.line('ahead', now() + interval '400 days', '{"status": "booked"}'),
  pg_temp.line('long', '2020-05-02T01:00Z', '{"ends_at": "2020-05-02T03:00Z", "booked_at": "2020-04-01T00:00Z"}')) as lines;
select results_eq(
  'select o from lines, pg_temp.outcomes(lines) o',
  array['night imported', 'taken failed slot_taken', 'other imported', 'missed imported', 'ahead imported', 'long imported'],
  'what is past or at night is booked all the same, and nothing twice'
);
select results_eq(
  'select o from lines, pg_temp.outcomes(lines) o',
  array['night repeated', 'taken failed slot_taken', 'other repeated', 'missed repeated', 'ahead repeated', 'long repeated'], 'again is not anew'
);
select is((select count(*) from public.appointments), 5::bigint, 'so many there are');
select is((select a.guest_email from public.appointments a where a.guest_name = 'Gus'), 'gus@example.com', 'a guest is one');
select is((select (a.ends_at - a.starts_at, a.created_at, a.policy ->> 'duration_minutes')::text from public.appointments a where a.starts_at = '2020-05-02T01:00Z'),
  (interval '2 hours', timestamptz '2020-04-01T00:00Z', '120')::text, 'with the length it had, and when it was booked');
select is((select count(*) from public.appointments a where a.location_id = tests.location_id('Main')), 4::bigint, 'it is where it was');
select is(pg_temp.import('[]', 'key'), pg_temp.import('[]', 'key'), 'the same key has the same answer');

select results_eq(
  $$
    select o from pg_temp.outcomes(jsonb_build_array(pg_temp.line('a', '2020-06-01', '{"status": "pending"}'), pg_temp.line('b', now() + interval '1 day'),
      pg_temp.line('c', '2020-06-01', '{"customer_id": null}'), pg_temp.line('d', '2020-06-01', jsonb_build_object('customer_id', gen_random_uuid())),
      pg_temp.line('e', '2020-06-01', jsonb_build_object('service_id', tests.service_id('Advice'))),
      pg_temp.line('f', '2020-06-01', jsonb_build_object('resource_id', tests.resource_id('Room'))), pg_temp.line(null, '2020-06-01'),
      pg_temp.line('h', '2020-06-01', '{"starts_at": "yesterday-ish"}'), pg_temp.line('i', 'infinity'), pg_temp.line('j', '2020-06-01', '{"ends_at": "2020-06-03"}'),
      pg_temp.line('k', '2020-06-01', '{"customer_id": null, "guest": {"name": "Nobody"}}'), '17', pg_temp.line('m', '2020-06-01'))) o
  $$,
  array['a failed invalid_input status', 'b failed invalid_input status', 'c failed invalid_input customer_id', 'd failed invalid_input customer_id',
    'e failed invalid_input service_id', 'f failed invalid_input resource_id', 'failed invalid_input external_id', 'h failed invalid_input',
    'i failed invalid_input starts_at', 'j failed invalid_input ends_at', 'k failed invalid_input', 'failed invalid_input', 'm imported'],
  'what is wrong with a row is said of that row, and the others are booked'
);
select is(
  tests.refusal(format('select public.import_appointments(%L, (select jsonb_agg(1) from generate_series(1, 1001)))', tests.organization_id())) ->> 'code',
  'invalid_input', 'a thousand at most'
);

create function pg_temp.refused() returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code') from tests.refusal(format('select public.import_appointments(%L, %L)', tests.organization_id(), '[]')) r
$$;
select tests.authenticate_as('ann');
select is(pg_temp.refused(), 'PT403 permission_denied', 'staff import nothing');
select tests.authenticate_as('outsider');
select is(pg_temp.refused(), 'PT403 permission_denied', 'nor does another organization');
select is(
  (select public.import_appointments(tests.organization_id('bank'), jsonb_build_array(pg_temp.line('x', '2020-07-01'))) #>> '{results,0,detail,field}'), 'service_id',
  'nor into a service of this one'
);
select tests.as_anon();
select throws_ok($$ select public.import_appointments(gen_random_uuid(), '[]') $$, '42501', null, 'nor a guest');

select tests.clear_authentication();
select set_eq(
  $$ select r.status, r.starts_at, r.ends_at, r.resource_ids, r.version from appointments.replay(tests.organization_id()) r $$,
  'select a.status, a.starts_at, a.ends_at, a.resource_ids, a.version from public.appointments a', 'the log tells the table'
);
select is((select count(*) from core.events where type = 'appointment.imported'), 6::bigint, 'an event each');
select is((select count(*) from public.audit_entries where action = 'appointment.imported' and after ? 'external_id'), 6::bigint, 'an audit entry each');
select is(
  (select array_agg(format('%s %s', lower(c.during) at time zone 'UTC', upper(c.during) - lower(c.during)) order by lower(c.during))
    from calendar.claims c where c.resource_id = tests.resource_id('Ann') and lower(c.during) < '2020-06-01'),
  array['2020-05-01 01:00:00 01:00:00', '2020-05-02 01:00:00 02:30:00'], 'what stands claims its time and its buffers, what was missed has given it back'
);
select is(
  (select a.resource_ids from public.appointments a where a.guest_name = 'Gus'), array[tests.resource_id('Bob')], 'whoever is free serves'
);
select is(tests.value_as('desk', format('select public.mark_entered_in_error(%L) ->> %L', (select id from public.appointments where starts_at = '2020-05-02T01:00Z'), 'status')),
  'entered_in_error', 'and it lives on like any other');

select * from finish();
rollback;
