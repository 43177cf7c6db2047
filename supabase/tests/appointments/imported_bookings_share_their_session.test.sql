begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 3, "maximum_party": 2}', any_of => array['Ann', 'Bob']);
create function pg_temp.line(external_id text, more jsonb default '{}') returns jsonb
language sql as $$
  select jsonb_build_object('external_id', external_id, 'service_id', tests.service_id('Yoga'), 'starts_at', '2020-05-01T03:00Z', 'status', 'fulfilled',
    'customer_id', tests.get_supabase_uid('customer'), 'resource_id', tests.resource_id('Ann')) || more
$$;
select tests.authenticate_as('desk');
select results_eq(
  $$
    select concat_ws(' ', r ->> 'outcome', r ->> 'code') from jsonb_array_elements(public.import_appointments(tests.organization_id(), jsonb_build_array(
      pg_temp.line('a', '{"party_size": 2}'), pg_temp.line('b', '{"status": "no_show"}'), pg_temp.line('c'), pg_temp.line('d'),
      pg_temp.line('e', '{"party_size": 3}'), pg_temp.line('f', '{"resource_id": null, "party_size": null}'))) -> 'results') r
  $$,
  array['imported', 'imported', 'imported', 'failed slot_taken', 'failed party_too_large', 'imported'],
  'as many as there are seats, then with someone else'
);
select tests.clear_authentication();
select set_eq(
  $$ select r.name, g.seats_taken from public.group_sessions g join public.resources r on r.id = any (g.resource_ids) $$,
  $$ values ('Ann', 3), ('Bob', 1) $$, 'seats are counted'
);
select is((select count(*) from calendar.claims), 2::bigint, 'a session has the claim');
select is(
  (select count(*) from public.appointments a join public.group_sessions g on g.id = a.session_id and g.resource_ids = a.resource_ids), 3::bigint,
  'and who came is of it'
);
select tests.authenticate_as('viewer');
select results_eq(
  $$ select kind, id, starts_at from public.resource_week(tests.resource_id('Ann'), '2020-05-01') $$,
  $$ select 'session', g.id, null::timestamptz from public.group_sessions g where g.resource_ids = array[tests.resource_id('Ann')] $$,
  'it is in the week of who holds it'
);
select tests.clear_authentication();
update calendar.claims set expires_at = now() - interval '1 second';
select tests.authenticate_as('viewer');
select is_empty($$ select * from public.resource_week(tests.resource_id('Ann'), '2020-05-01') $$, 'what has expired is not');

select * from finish();
rollback;
