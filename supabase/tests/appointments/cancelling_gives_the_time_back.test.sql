begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);

create function pg_temp.offered() returns boolean
language sql as $$
  select exists (select from public.available_slots(tests.service_id('Consultation'), tests.day_at(2, '10:00'), tests.day_at(2, '10:01')))
$$;

select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);
select ok(not pg_temp.offered(), 'what is booked is not offered');
select tests.authenticate_as('customer');
select is(
  public.cancel_appointment(current_setting('test.id')::uuid, 'ill') - array['id', 'policy', 'resources', 'created_at', 'updated_at', 'starts_at', 'ends_at', 'guest', 'notes']
    ->> 'cancellation_reason', 'ill', 'the reason is kept'
);
select tests.clear_authentication();
select ok(pg_temp.offered(), 'what is cancelled is offered again');
select is((select count(*) from calendar.claims), 0::bigint, 'room and all');
select is(
  (select data -> 'reason_given' from core.events where type = 'appointment.cancelled'), 'true', 'the event says that a reason was given, not which'
);

select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'), 'neighbour')::text, true);
select tests.value_as('desk', format('select public.mark_entered_in_error(%L)', current_setting('test.id')));
select ok(pg_temp.offered(), 'so is what was entered in error');

select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'), 'neighbour')::text, true);
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'desk', format('select public.mark_no_show(%L)', current_setting('test.id')))) ->> 'code',
  'not_started', 'nobody is missing before the start'
);
select tests.value_as('desk', format('select public.check_in_appointment(%L)', current_setting('test.id')));
select ok(not pg_temp.offered(), 'whoever is here keeps the time');

select * from finish();
rollback;
