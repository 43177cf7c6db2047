begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.offer_service('Request', '{"requires_approval": true, "cancellation_notice_minutes": 10080, "price": 50, "currency": "EUR", "late_cancellation_fee": 20}',
  any_of => array['Ann']);

select set_config('test.id', tests.book('Request', tests.day_at(2, '10:00'))::text, true);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.id')));
select is((select status from public.appointments where id = current_setting('test.id')::uuid), 'cancelled', 'before it is confirmed it is withdrawn');
select is((select fee_due from public.appointments where id = current_setting('test.id')::uuid), null::numeric, 'and nothing is owed');

select set_config('test.id', tests.book('Request', tests.day_at(2, '10:00'))::text, true);
select tests.value_as('desk', format('select public.confirm_appointment(%L)', current_setting('test.id')));
select tests.value_as('customer', format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '11:00')));
select is((select status from public.appointments where id = current_setting('test.id')::uuid), 'pending', 'a move asks again');
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.id')));
select is((select fee_due from public.appointments where id = current_setting('test.id')::uuid), 20.00, 'but does away with no fee: it had been confirmed');

select * from finish();
rollback;
