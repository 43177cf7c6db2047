begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.offer_service('Surgery', '{"requires_approval": true, "approval_minutes": 60}', any_of => array['Ann']);
select set_config('test.id', tests.book('Surgery', tests.day_at(2, '10:00'))::text, true);
select set_config('test.other', tests.book('Surgery', tests.day_at(2, '11:00'))::text, true);

select results_eq('select distinct expires_at from public.appointments', array[now() + interval '60 minutes'], 'a request waits an hour');
select results_eq('select distinct expires_at from calendar.claims', array[now() + interval '60 minutes'], 'and so do its claims');
select tests.let_time_pass();
select tests.authenticate_as('ann');
select is(
  tests.refusal(format('select public.confirm_appointment(%L)', current_setting('test.other'))) ->> 'code', 'request_expired', 'then it is too late to confirm'
);
select is(
  tests.refusal(format('select public.reschedule_appointment(%L, %L, reason => %L)', current_setting('test.other'), tests.day_at(2, '15:00'), 'x')) ->> 'code',
  'request_expired', 'or to move it'
);
select tests.clear_authentication();
select ok(tests.is_offered('Surgery', tests.day_at(2, '10:00')), 'its time is offered at once');
select isnt(tests.book('Surgery', tests.day_at(2, '10:00'), 'neighbour'), null, 'and booked');
select is(appointments.lapse_requests(), 2, 'the job ends both requests');
select is((select status from public.appointments where id = current_setting('test.id')::uuid), 'cancelled', 'which are cancelled');
select results_eq(
  $$ select data ->> 'status' from core.events where type = 'appointment.lapsed' $$, array['cancelled', 'cancelled'], 'with an event of their own'
);
select is(appointments.lapse_requests(), 0, 'once');
select is((select count(*) from calendar.claims), 1::bigint, 'who came after keeps the time');
select tests.authenticate_as('ann');
select is(
  tests.refusal(format('select public.confirm_appointment(%L)', current_setting('test.id'))) ->> 'code', 'invalid_transition', 'nothing brings them back'
);

select * from finish();
rollback;
