begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.offer_service('Massage', any_of => array['Bob']);
select tests.set_limits('{"customer bookings day": 2}');

select tests.authenticate_as('customer');
select is(tests.told('Talk', tests.day_at(3, '09:00')), null, 'one');
select is(tests.told('Massage', tests.day_at(3, '10:00')), null, 'two');
select is(tests.told('Massage', tests.day_at(3, '12:00')), 'limit_reached customer bookings day 2', 'not three');
select is((select count(*)::int from public.available_slots(tests.service_id('Talk'), tests.day_at(3, '00:00'), tests.day_at(4, '00:00'))), 0, 'none is offered');
select tests.authenticate_as('neighbour');
select is(tests.told('Massage', tests.day_at(3, '12:00')), null, 'someone else');

select tests.authenticate_as('desk');
select lives_ok(
  format('select public.book_appointment(%L, %L, customer_id => %L)', tests.service_id('Talk'), tests.day_at(3, '12:00'), tests.get_supabase_uid('customer')),
  'the desk books them beyond it'
);
select tests.authenticate_as('customer');
select public.cancel_appointment(a.id) from public.appointments a where a.starts_at = tests.day_at(3, '09:00');
select is(tests.told('Talk', tests.day_at(3, '14:00')), 'limit_reached customer bookings day 2', 'which counts: two are left');

-- A guest is whoever has the address.
select tests.as_anon();
create function pg_temp.guest(at timestamptz, guest jsonb) returns text
language sql as $$
  select r ->> 'code' from tests.refusal(format('select public.book_appointment(%L, %L, guest => %L)', tests.service_id('Massage'), at, guest)) r
$$;
select is(
  array[pg_temp.guest(tests.day_at(5, '09:00'), '{"name": "G", "email": "guest@example.org"}'),
    pg_temp.guest(tests.day_at(5, '10:00'), '{"name": "Gus", "email": "Guest@Example.org", "phone": "030 1"}'),
    pg_temp.guest(tests.day_at(5, '11:00'), '{"name": "G", "email": "guest@example.ORG"}')],
  array[null, null, 'limit_reached'], 'a guest is known by their e-mail address'
);
select is(
  array[pg_temp.guest(tests.day_at(6, '09:00'), '{"name": "G", "phone": "030 123"}'), pg_temp.guest(tests.day_at(6, '10:00'), '{"name": "G", "phone": "030-123"}'),
    pg_temp.guest(tests.day_at(6, '11:00'), '{"name": "G", "phone": "(030) 123"}')],
  array[null, null, 'limit_reached'], 'or by the digits of their number'
);

select * from finish();
rollback;
