begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
create temporary table before as select tableoid::regclass as home, created_at, customer_id from public.appointments;

select tests.authenticate_as('customer');
select set_config('test.moved', public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(40, '10:00'))::text, true);
select is(current_setting('test.moved')::jsonb ->> 'id', current_setting('test.id'), 'it is the same appointment');
select is(
  (public.get_appointment(current_setting('test.id')::uuid) ->> 'starts_at')::timestamptz, tests.day_at(40, '10:00'), 'found by its id, in its new month'
);
select lives_ok(
  format('select public.reschedule_appointment(%L, %L, expected_version => 2)', current_setting('test.id'), tests.day_at(3, '10:00')), 'and back'
);
select public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(40, '10:00'));
select tests.clear_authentication();
select isnt((select tableoid::regclass from public.appointments), (select home from before), 'it lives in another partition');
select results_eq(
  'select created_at, customer_id, version, reschedules from public.appointments',
  'select created_at, customer_id, 4::bigint, 3 from before', 'with all that it had'
);
select is((select count(*) from appointments.appointments_default), 0::bigint, 'the default partition stays empty');

select * from finish();
rollback;
