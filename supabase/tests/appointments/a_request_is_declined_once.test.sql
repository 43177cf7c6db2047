begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Surgery', '{"requires_approval": true}', any_of => array['Ann']);
select set_config('test.id', tests.book('Surgery', tests.day_at(2, '10:00'))::text, true);

select tests.authenticate_as('customer');
select is(
  tests.refusal(format('select public.decline_appointment(%L)', current_setting('test.id'))) ->> 'code', 'permission_denied', 'customers cancel, they do not decline'
);
select tests.authenticate_as('outsider');
select is(tests.refusal(format('select public.decline_appointment(%L)', current_setting('test.id'))) ->> 'code', 'not_found', 'for others it does not exist');
select tests.authenticate_as('ann');
select is(public.decline_appointment(current_setting('test.id')::uuid, 'No such surgery here') ->> 'status', 'cancelled', 'staff decline it');
select is(
  tests.refusal(format('select public.decline_appointment(%L)', current_setting('test.id'))),
  '{"status": "PT409", "code": "invalid_transition", "detail": {"from": "cancelled", "to": "declined"}}', 'once'
);
select tests.clear_authentication();
select results_eq(
  $$ select type, data -> 'reason_given' from core.events where aggregate_id = current_setting('test.id')::uuid and version = 2 $$,
  $$ values ('appointment.declined', 'true'::jsonb) $$, 'the event says so, and not why'
);
select ok(tests.is_offered('Surgery', tests.day_at(2, '10:00')), 'its time is given back');
select set_config('test.id', tests.book('Surgery', tests.day_at(2, '10:00'))::text, true);
select tests.authenticate_as('ann');
select is(public.confirm_appointment(current_setting('test.id')::uuid) ->> 'expires_at', null, 'what is confirmed does not lapse');
select is(
  tests.refusal(format('select public.decline_appointment(%L)', current_setting('test.id'))) #>> '{detail,from}', 'booked', 'nor can it be declined'
);

select * from finish();
rollback;
