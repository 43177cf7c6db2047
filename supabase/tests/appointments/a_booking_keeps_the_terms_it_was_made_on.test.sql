begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"price": "80.00", "currency": "EUR", "deposit": 20, "late_cancellation_fee": 10, "buffer_after_minutes": 15}', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
select tests.value_as('owner', format('select public.update_service(%L, %L)', tests.service_id('Consultation'),
  '{"price": 120, "deposit": 60, "late_cancellation_fee": null, "duration_minutes": 60, "buffer_after_minutes": 0, "slot_interval_minutes": 60, "cancellation_notice_minutes": 10000, "maximum_reschedules": 0}'));

select tests.authenticate_as('customer');
select is(
  public.get_appointment(current_setting('test.id')::uuid) -> 'policy',
  '{"price": 80.00, "currency": "EUR", "duration_minutes": 30, "requires_approval": false, "buffer_before_minutes": 0, "buffer_after_minutes": 15,
    "cancellation_notice_minutes": 0, "reschedule_notice_minutes": 0, "maximum_reschedules": null, "deposit": 20.00,
    "late_cancellation_fee": 10.00}', 'the booking carries its terms'
);
select set_config('test.moved', public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(2, '12:00'))::text, true);
select is((current_setting('test.moved')::jsonb ->> 'ends_at')::timestamptz, tests.day_at(2, '12:30'), 'moved, it is as long as before');
select tests.clear_authentication();
select results_eq(
  'select upper(during) from calendar.claims', array[tests.day_at(2, '12:45')], 'with its own buffer'
);
select tests.authenticate_as('customer');
select is(
  tests.refusal(format('select public.reschedule_appointment(%L, %L)', current_setting('test.id'), tests.day_at(2, '12:30'))) #>> '{detail,reason}',
  'off_grid', 'the grid is that of today'
);
select is(public.cancel_appointment(current_setting('test.id')::uuid) ->> 'status', 'cancelled', 'and so is the notice');
select is(
  tests.refusal($$ select tests.value_as('owner', format('select public.update_service(%L, %L)', tests.service_id('Consultation'), '{"prize": 1}')) $$) #>> '{detail,field}',
  'prize', 'a misspelt term is refused by name'
);

select * from finish();
rollback;
