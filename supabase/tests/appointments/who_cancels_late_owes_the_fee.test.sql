begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Strict', '{"cancellation_notice_minutes": 4320, "price": 80, "currency": "EUR", "late_cancellation_fee": 25}', any_of => array['Ann']);
select set_config('test.late', tests.book('Strict', tests.day_at(2, '10:00'))::text, true);
select set_config('test.early', tests.book('Strict', tests.day_at(8, '10:00'))::text, true);
select set_config('test.desk', tests.book('Strict', tests.day_at(2, '11:00'))::text, true);
select tests.value_as('owner', format('select public.update_service(%L, %L)', tests.service_id('Strict'), '{"late_cancellation_fee": 50}'));

select tests.authenticate_as('customer');
select is((public.cancel_appointment(current_setting('test.late')::uuid) ->> 'fee_due')::numeric, 25.00, 'after the notice a customer cancels for the fee agreed at booking');
select is(public.cancel_appointment(current_setting('test.early')::uuid) -> 'fee_due', 'null', 'before it for nothing');
select tests.authenticate_as('desk');
select is(tests.refusal(format('select public.cancel_appointment(%L)', current_setting('test.desk'))) ->> 'code', 'reason_required', 'staff say why');
select is(public.cancel_appointment(current_setting('test.desk')::uuid, 'Ann is ill') -> 'fee_due', 'null', 'and nobody owes anything for it');
select tests.clear_authentication();
select is_empty($$ select from core.events where data::text ~ 'ill' and aggregate_type = 'appointment' $$, 'reasons are in no event');
select results_eq(
  $$ select data -> 'reason_given' from core.events where type = 'appointment.cancelled' order by position $$, array['false'::jsonb, 'false', 'true'],
  'which says whether there was one'
);
select throws_ok($$ insert into public.services (organization_id, name, duration_minutes, slot_interval_minutes, late_cancellation_fee)
  values (tests.organization_id(), 'Fee', 30, 30, 5) $$, '23514', null, 'a fee has a currency');

select * from finish();
rollback;
