begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"buffer_before_minutes": 5, "buffer_after_minutes": 10}', any_of => array['Ann'], all_of => array['Room']);

select tests.authenticate_as('customer');
select set_config('test.doc', public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, '10:00'), notes => 'knee')::text, true);
select is(
  current_setting('test.doc')::jsonb - array['id', 'policy', 'resources', 'created_at', 'updated_at', 'starts_at', 'ends_at'],
  jsonb_build_object('organization_id', tests.organization_id(), 'service_id', tests.service_id('Consultation'),
    'service_name', 'Consultation', 'status', 'booked', 'time_zone', 'Europe/Berlin', 'customer_id', auth.uid(), 'customer_name', 'Customer', 'guest', null,
    'notes', 'knee', 'cancellation_reason', null, 'reschedules', 0, 'version', 1,
    'session_id', null, 'series_id', null, 'location_id', null, 'party_size', 1, 'intake', '{}'::jsonb, 'expires_at', null, 'fee_due', null),
  'the answer is the appointment'
);
select is(
  (current_setting('test.doc')::jsonb ->> 'ends_at')::timestamptz, tests.day_at(2, '10:30'), 'as long as the service takes'
);
select results_eq(
  $$ select r ->> 'name' from jsonb_array_elements(current_setting('test.doc')::jsonb -> 'resources') r order by 1 $$,
  array['Ann', 'Room'], 'with those who serve'
);
select results_eq('select notes from public.appointments', array['knee'], 'the customer sees it in the table');

select is(
  tests.refusal($$
    select public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, '12:00'), customer_id => tests.get_supabase_uid('neighbour'))
  $$) - 'detail', '{"status": "PT403", "code": "permission_denied"}', 'not for somebody else'
);
select is(
  tests.refusal($$
    select public.book_appointment(tests.service_id('Consultation'), tests.day_at(2, '12:00'), guest => '{"name": "Eve", "phone": "1"}')
  $$) ->> 'status', 'PT403', 'nor for a guest'
);
select is(
  tests.refusal($$ insert into public.appointments (organization_id) values (gen_random_uuid()) $$) ->> 'status', '42501',
  'nor past the command'
);
select tests.clear_authentication();
select results_eq(
  $$ select lower(during), upper(during) from calendar.claims $$,
  $$ select tests.day_at(2, '09:55'), tests.day_at(2, '10:40') from generate_series(1, 2) $$,
  'the claims hold the buffers too'
);
select results_eq(
  $$ select type, version, data - array['starts_at', 'ends_at', 'resource_ids'] from core.events where aggregate_type = 'appointment' $$,
  $$ values ('appointment.booked', 1::bigint, jsonb_build_object(
    'service_id', tests.service_id('Consultation'), 'status', 'booked', 'session_id', null, 'party_size', 1)) $$,
  'the event names nobody'
);

select * from finish();
rollback;
