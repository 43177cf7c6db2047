begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Surgery', '{"requires_approval": true}', any_of => array['Ann']);
select set_config('test.id', tests.book('Surgery', tests.day_at(2, '10:00'))::text, true);

select is((select status from public.appointments), 'pending', 'a service that requires approval is asked for');
select is((select type from core.events where aggregate_type = 'appointment'), 'appointment.requested', 'which is an event of its own');
select is(
  tests.refusal($$ select tests.book('Surgery', tests.day_at(2, '10:00'), 'neighbour') $$) ->> 'code', 'slot_taken', 'its time is taken'
);
select tests.authenticate_as('customer');
select is(
  tests.refusal($$ select public.confirm_appointment(current_setting('test.id')::uuid) $$) ->> 'code', 'permission_denied', 'nobody approves their own request'
);
select is(
  public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(2, '11:00')) ->> 'status', 'pending', 'moved, it is still a request'
);
select tests.authenticate_as('ann');
select is(public.confirm_appointment(current_setting('test.id')::uuid) ->> 'status', 'booked', 'staff approve it');
select is(
  tests.refusal($$ select public.confirm_appointment(current_setting('test.id')::uuid) $$),
  '{"status": "PT409", "code": "invalid_transition", "detail": {"from": "booked", "to": "booked"}}', 'once'
);

select * from finish();
rollback;
