begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 4, "maximum_party": 3}', any_of => array['Ann']);

select set_config('test.id', tests.book('Yoga', tests.day_at(2, '10:00'))::text, true);
select tests.book('Yoga', tests.day_at(2, '10:00'), 'neighbour');
select set_config('test.hold', tests.hold('Yoga', tests.day_at(2, '10:00'))::text, true);
select tests.wait_for('Yoga', tests.day_at(2, '10:00'), 'neighbour');
select set_config('test.session', (select id::text from public.group_sessions), true);

select tests.authenticate_as('customer');
select is(tests.refusal($$ select public.cancel_session(current_setting('test.session')::uuid) $$) ->> 'code', 'not_found', 'no customer''s to cancel');
select tests.authenticate_as('viewer');
select is(tests.refusal($$ select public.cancel_session(current_setting('test.session')::uuid) $$) ->> 'code', 'permission_denied', 'nor a reader''s');
select tests.authenticate_as('outsider');
select is(tests.refusal($$ select public.cancel_session(current_setting('test.session')::uuid) $$) ->> 'code', 'not_found', 'nor another organization''s');
select tests.as_anon();
select throws_ok($$ select public.cancel_session(current_setting('test.session')::uuid) $$, '42501', null, 'nor a guest''s');
select tests.authenticate_as('desk');
select is(public.cancel_session(current_setting('test.session')::uuid, 'Ann is ill') ->> 'status', 'cancelled', 'the desk cancels it');
select is(
  tests.refusal($$ select public.cancel_session(current_setting('test.session')::uuid) $$) ->> 'code', 'invalid_transition', 'once'
);
select tests.clear_authentication();
select results_eq(
  'select distinct status, cancellation_reason from public.appointments', $$ values ('cancelled', 'Ann is ill') $$, 'all bookings are cancelled for that reason'
);
select results_eq('select status from public.holds', array['released'], 'its holds are released');
select results_eq('select seats_taken from public.group_sessions', array[0], 'nobody is left in it, nor offered a seat');
select is_empty('select from calendar.claims', 'its people are free');
select results_eq(
  $$ select type, count(*) from core.events where type ~ 'cancelled|released' group by type order by type $$,
  $$ values ('appointment.cancelled', 2::bigint), ('hold.released', 1), ('session.cancelled', 1) $$, 'each has its event'
);

select * from finish();
rollback;
