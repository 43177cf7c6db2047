begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.book('Talk', tests.day_at(3, '09:00'));
select tests.book('Talk', tests.day_at(3, '10:00'));
select set_config('test.third', tests.book('Talk', tests.day_at(3, '11:00'))::text, true);
select tests.book('Talk', tests.day_at(3, '12:00'), 'neighbour');

select tests.set_limits('{"service bookings day": 4, "customer bookings day": 3}', service => 'Talk');
select results_eq(
  $$ select l.subject, u.used from appointments.limit_uses u join public.booking_limits l on l.id = u.limit_id order by 1, 2 $$,
  $$ values ('customer', 1), ('customer', 3), ('service', 4) $$, 'a new limit counts what is booked'
);
select tests.authenticate_as('neighbour');
select is(tests.told('Talk', tests.day_at(3, '14:00')), 'limit_reached service bookings day 4', 'and refuses the next');

select tests.clear_authentication();
select tests.set_limits('{"service bookings day": 2}', service => 'Talk');
select is((select count(*)::int from public.appointments where status = 'booked'), 4, 'a lower one cancels nothing');
select tests.authenticate_as('neighbour');
select is(tests.told('Talk', tests.day_at(3, '14:00')), 'limit_reached service bookings day 2', 'refuses the next');
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.third')));
select is(tests.told('Talk', tests.day_at(3, '14:00')), 'limit_reached service bookings day 2', 'also while more are booked than it allows');
select is(tests.told('Talk', tests.day_at(4, '14:00')), null, 'on other days it holds as it says');
select is(tests.told('Talk', tests.day_at(4, '15:00')), null, 'twice');
select is(tests.told('Talk', tests.day_at(4, '16:00')), 'limit_reached service bookings day 2', 'and no more');
select tests.clear_authentication();
select tests.set_limits('{}', service => 'Talk');
select is((select count(*)::int from appointments.limit_uses), 0, 'what is lifted is forgotten');

select * from finish();
rollback;
