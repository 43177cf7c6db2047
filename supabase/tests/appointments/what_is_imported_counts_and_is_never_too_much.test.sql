begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.offer_service('Class', '{"seats": 5}', any_of => array['Bob']);
select tests.set_limits('{"resource bookings day": 2}');

select tests.authenticate_as('desk');
create temporary table answer as
select public.import_appointments(tests.organization_id('clinic'), (
  select jsonb_agg(jsonb_build_object('external_id', n, 'service_id', tests.service_id(service), 'starts_at', at, 'status', status,
    'guest', jsonb_build_object('name', 'G', 'email', 'g@example.org')))
  from (values
    (1, 'Talk', tests.day_at(3, '09:00'), 'booked'), (2, 'Talk', tests.day_at(3, '10:00'), 'booked'), (3, 'Talk', tests.day_at(3, '11:00'), 'booked'),
    (4, 'Talk', tests.day_at(4, '10:00'), 'cancelled'), (5, 'Class', tests.day_at(3, '09:00'), 'booked'), (6, 'Class', tests.day_at(3, '09:00'), 'booked'))
    as rows(n, service, at, status))) as said;
select is((select (said ->> 'imported')::int from answer), 6, 'three on a day of two');
select tests.authenticate_as('customer');
select is(tests.told('Talk', tests.day_at(3, '14:00')), 'limit_reached resource bookings day 2', 'and then no more');
select tests.clear_authentication();
select results_eq(
  $$ select r.name, u.used from appointments.limit_uses u join public.resources r on r.id = u.subject_id order by 1 $$,
  $$ values ('Ann', 3), ('Bob', 1) $$, 'nothing that was cancelled, and a class once'
);
select tests.set_limits('{"resource bookings day": 2, "resource bookings week": 9}');
select results_eq(
  $$ select r.name, u.used from appointments.limit_uses u join public.resources r on r.id = u.subject_id
     join public.booking_limits l on l.id = u.limit_id where l.period = 'day' order by 1 $$,
  $$ values ('Ann', 3), ('Bob', 1) $$, 'a recount says the same'
);

select * from finish();
rollback;
