begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 4, "maximum_party": 3}', any_of => array['Ann']);

select set_config('test.id', tests.value_as('customer', format('select public.book_appointment(%L, %L, party_size => 2) ->> %L',
  tests.service_id('Yoga'), tests.day_at(2, '10:00'), 'id')), true);
select tests.book('Yoga', tests.day_at(2, '10:00'), 'neighbour');
select tests.value_as('neighbour', format('select public.book_appointment(%L, %L, party_size => 3)', tests.service_id('Yoga'), tests.day_at(2, '11:00')));

select tests.authenticate_as('customer');
select is(
  tests.refusal(format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '11:00'))) ->> 'code', 'session_full',
  'not where too few seats are left'
);
select isnt(public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(2, '12:00')) ->> 'session_id', null, 'to a start of its own it opens one');
select tests.clear_authentication();
select results_eq(
  'select starts_at, seats_taken from public.group_sessions order by starts_at',
  $$ values (tests.day_at(2, '10:00'), 1), (tests.day_at(2, '11:00'), 3), (tests.day_at(2, '12:00'), 2) $$, 'seats go with it'
);
select tests.value_as('customer', format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '10:00')));
select results_eq(
  $$ select starts_at, seats_taken from public.group_sessions where status = 'open' order by starts_at $$,
  $$ values (tests.day_at(2, '10:00'), 3), (tests.day_at(2, '11:00'), 3) $$, 'back again, and the one it leaves ends'
);
select is((select count(*) from calendar.claims), 2::bigint, 'two sessions have claims');
select results_eq(
  'select a.session_id from public.appointments a where a.id = ' || quote_literal(current_setting('test.id')),
  $$ select id from public.group_sessions where starts_at = tests.day_at(2, '10:00') $$, 'the booking knows its session'
);
select is(
  (select data ->> 'session_id' from core.events where aggregate_id = current_setting('test.id')::uuid order by version desc limit 1),
  (select session_id::text from public.appointments where id = current_setting('test.id')::uuid), 'and so does its event'
);

select * from finish();
rollback;
