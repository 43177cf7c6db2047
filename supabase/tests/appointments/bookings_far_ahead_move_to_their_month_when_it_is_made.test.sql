begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"booking_horizon_days": 731}', any_of => array['Ann']);
select set_config('test.near', tests.book('Consultation', tests.day_at(20, '10:00'))::text, true);
select set_config('test.far', tests.book('Consultation', tests.day_at(200, '10:00'))::text, true);
create temporary table before as select * from public.appointments;

select lives_ok($$ select core.ensure_month_partitions('public.appointments', 'appointments', 12) $$, 'months to come can be made');
select is((select count(*) from appointments.appointments_default), 0::bigint, 'what waited for them has moved there');
select set_eq('select * from public.appointments', 'select * from before', 'as it was');
select is(core.ensure_month_partitions('public.appointments', 'appointments', 12), 0, 'once');

select tests.authenticate_as('customer');
select is(
  public.reschedule_appointment(current_setting('test.far')::uuid, tests.day_at(230, '10:00')) ->> 'version', '2', 'it can be moved on'
);
select throws_ok(
  format('select public.confirm_appointment(%L)', current_setting('test.far')), 'PT403', null, 'and its rules go with it'
);

select * from finish();
rollback;
