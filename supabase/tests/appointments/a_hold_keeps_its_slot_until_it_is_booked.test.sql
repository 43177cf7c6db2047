begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);
select set_config('test.hold', tests.hold('Consultation', tests.day_at(2, '10:00'))::text, true);

select ok(not tests.is_offered('Consultation', tests.day_at(2, '10:00')), 'what is held is not offered');
select ok(tests.is_offered('Consultation', tests.day_at(2, '10:30')), 'the next slot is');
select is(
  tests.refusal($$ select tests.book('Consultation', tests.day_at(2, '10:00'), 'neighbour') $$) #>> '{detail,conflicts,0,kind}', 'hold',
  'it is in the way of others, nobody says whose'
);
select is(
  tests.refusal($$ select tests.hold('Consultation', tests.day_at(2, '10:00'), 'neighbour') $$) ->> 'code', 'slot_taken', 'who cannot hold it either'
);
select tests.authenticate_as('customer');
select set_config('test.id', public.book_appointment(tests.service_id('Consultation'), hold_id => current_setting('test.hold')::uuid) ->> 'id', true);
select tests.clear_authentication();
select results_eq(
  $$ select owner_id, kind, expires_at from calendar.claims $$,
  $$ select current_setting('test.id')::uuid, 'appointment', null::timestamptz from generate_series(1, 2) $$, 'its claims become the booking''s'
);
select results_eq(
  'select status, appointment_id from public.holds', $$ values ('booked', current_setting('test.id')::uuid) $$, 'the hold says what became of it'
);
select results_eq(
  $$ select type from core.events where aggregate_type = 'hold' order by version $$, array['hold.placed', 'hold.booked'], 'so do its events'
);
select tests.authenticate_as('customer');
select is(
  tests.refusal(format('select public.book_appointment(%L, hold_id => %L)', tests.service_id('Consultation'), current_setting('test.hold'))),
  '{"status": "PT409", "code": "hold_expired", "detail": {"hold_status": "booked"}}', 'it books once'
);
select is(
  tests.refusal(format('select public.release_hold(%L)', current_setting('test.hold'))) #>> '{detail,from}',
  'booked', 'and is not released any more'
);

select * from finish();
rollback;
