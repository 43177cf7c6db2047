begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);

select tests.create_supabase_user('third');
select set_config('test.first', tests.wait_for('Consultation', tests.day_at(2, '10:00'), 'neighbour')::text, true);
select set_config('test.second', tests.wait_for('Consultation', tests.day_at(2, '09:00'), 'third')::text, true);
select is(
  (tests.value_as('third', format('select public.get_waitlist_entry(%L) ->> %L', current_setting('test.second'), 'position'))), '2', 'each knows their place'
);
select is(
  tests.refusal($$ select tests.wait_for('Consultation', tests.day_at(2, '10:00'), 'neighbour') $$) - 'detail',
  '{"status": "PT409", "code": "already_waiting"}', 'nobody stands in line twice'
);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.id')));

select results_eq(
  'select id::text, status from public.waitlist_entries order by created_at, id',
  $$ values (current_setting('test.first'), 'offered'), (current_setting('test.second'), 'waiting') $$, 'who cancels offers it to the first'
);
select is(
  (select jsonb_build_object('starts_at', e.data -> 'starts_at', 'hold', e.data -> 'hold_id') from core.events e where e.type = 'waitlist.offered'),
  (select jsonb_build_object('starts_at', h.starts_at, 'hold', h.id) from public.holds h), 'with an event that says what'
);
select is(
  tests.refusal($$ select tests.book('Consultation', tests.day_at(2, '10:00'), 'customer') $$) ->> 'code', 'slot_taken', 'nobody books it in between'
);
select ok(not tests.is_offered('Consultation', tests.day_at(2, '10:00')), 'nor is it listed');
select is(appointments.offer_next(), 1, 'the next in line is offered another that is free');
select is(appointments.offer_next(), 0, 'one at a time each');
select tests.authenticate_as('neighbour');
select set_config('test.hold', public.get_waitlist_entry(current_setting('test.first')::uuid) #>> '{offer,id}', true);
select is(
  public.book_appointment(tests.service_id('Consultation'), hold_id => current_setting('test.hold')::uuid) ->> 'status', 'booked', 'who is offered it books it'
);
select is(
  public.get_waitlist_entry(current_setting('test.first')::uuid) ->> 'status', 'booked', 'and waits no longer'
);
select tests.clear_authentication();
select results_eq(
  $$ select w.appointment_id from public.waitlist_entries w where w.status = 'booked' $$,
  $$ select a.id from public.appointments a where a.status = 'booked' $$, 'the entry names the booking'
);
select results_eq(
  $$ select type from core.events where aggregate_id = current_setting('test.first')::uuid order by version $$,
  array['waitlist.joined', 'waitlist.offered', 'waitlist.booked'], 'its events tell the story'
);

select * from finish();
rollback;
