begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"buffer_before_minutes": 30}', any_of => array['Ann'], all_of => array['Room']);
create function pg_temp.day(n int) returns date language sql as $$ select (tests.day_at(n, '12:00') at time zone 'Europe/Berlin')::date $$;
select tests.book('Consultation', tests.day_at(2, '10:00')), tests.book('Consultation', tests.day_at(8, '16:00')), tests.book('Consultation', tests.day_at(9, '10:00'));
select set_config('test.missed', tests.book('Consultation', tests.day_at(3, '10:00'))::text, true);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.missed')));
select calendar.claim(array[tests.resource_id('Ann')], tstzrange(tests.day_at(4, '09:00'), tests.day_at(4, '09:30')), 'block', gen_random_uuid());
-- Taken from the evening before by its buffer.
insert into public.appointments (id, organization_id, service_id, starts_at, ends_at, status, customer_id, resource_ids, policy)
values ('00000000-0000-4000-8000-000000000001', tests.organization_id(), tests.service_id('Consultation'), tests.day_at(2, '00:00'), tests.day_at(2, '00:30'),
  'booked', tests.get_supabase_uid('customer'), array[tests.resource_id('Ann')], '{}');
select calendar.claim(array[tests.resource_id('Ann')], tstzrange(tests.day_at(1, '23:30'), tests.day_at(2, '00:30')), 'appointment', '00000000-0000-4000-8000-000000000001');

create function pg_temp.week(page int default 100, after timestamptz default null, after_id uuid default null) returns setof text
language sql as $$
  select format('%s %s %s', w.kind, w.busy_from - tests.day_at(0, '00:00'), coalesce(w.customer_name, '-'))
  from public.resource_week(tests.resource_id('Ann'), pg_temp.day(2), after, after_id, page) w
$$;
select tests.authenticate_as('bob');
select results_eq(
  'select * from pg_temp.week()',
  $$
    select format('%s %s %s', kind, at - tests.day_at(0, '00:00'), who) from (values ('appointment', tests.day_at(1, '23:30'), 'Customer'),
      ('appointment', tests.day_at(2, '09:30'), 'Customer'), ('block', tests.day_at(4, '09:00'), '-'), ('appointment', tests.day_at(8, '15:30'), 'Customer')) v(kind, at, who)
  $$,
  'seven days from the first: what stands, by when it takes the resource, and not what gave its time back'
);
select results_eq(
  $$
    select (select array_agg(w2.id) from public.resource_week(tests.resource_id('Ann'), pg_temp.day(2), w.busy_from, w.id) w2)
    from public.resource_week(tests.resource_id('Ann'), pg_temp.day(2), page_size => 2) w offset 1
  $$,
  $$ select array_agg(id) from (select w.id from public.resource_week(tests.resource_id('Ann'), pg_temp.day(2)) w offset 2) x $$,
  'the next page goes on where one ended'
);
select is((select count(*) from pg_temp.week(2)), 2::bigint, 'a page is as long as asked for');
select is(
  (select count(*) from public.resource_week(tests.resource_id('Room'), pg_temp.day(2))), 2::bigint, 'a room has a week too'
);

create function pg_temp.code(resource uuid) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code') from tests.refusal(format('select * from public.resource_week(%L, %L)', resource, current_date)) r
$$;
select is(pg_temp.code(gen_random_uuid()), 'PT404 not_found', 'of a resource that there is');
select tests.authenticate_as('customer');
select is(pg_temp.code(tests.resource_id('Ann')), 'PT404 not_found', 'customers see no week');
select tests.authenticate_as('outsider');
select is(pg_temp.code(tests.resource_id('Ann')), 'PT404 not_found', 'nor does another organization');
select tests.clear_authentication();
select tests.create_member('patient', 'customer');
select tests.authenticate_as('patient');
select is(pg_temp.code(tests.resource_id('Ann')), 'PT403 permission_denied', 'nor a customer who is a member');
select tests.as_anon();
select throws_ok('select * from public.resource_week(gen_random_uuid(), current_date)', '42501', null, 'nor a guest');

select * from finish();
rollback;
