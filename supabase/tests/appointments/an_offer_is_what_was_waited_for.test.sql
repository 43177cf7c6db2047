begin;
set local search_path = extensions;
select plan(8);

select tests.create_clinic();
select tests.offer_service('Either', any_of => array['Ann', 'Bob']);
select tests.offer_service('Yoga', '{"seats": 3, "maximum_party": 3}', any_of => array['Room']);
select set_config('test.ann', tests.value_as('customer', format('select public.book_appointment(%L, %L, %L) ->> %L', tests.service_id('Either'), tests.day_at(2, '10:00'), tests.resource_id('Ann'), 'id')), true);
select set_config('test.bob', tests.value_as('customer', format('select public.book_appointment(%L, %L, %L) ->> %L', tests.service_id('Either'), tests.day_at(2, '10:00'), tests.resource_id('Bob'), 'id')), true);
select is(
  tests.refusal($$ select tests.wait_for('Either', tests.day_at(2, '10:00'), resource => 'Room') $$) #>> '{detail,field}', 'resource_id', 'one waits for who serves it'
);
select set_config('test.wish', tests.wait_for('Either', tests.day_at(2, '10:00'), 'neighbour', resource => 'Bob')::text, true);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.ann')));
select is((select status from public.waitlist_entries), 'waiting', 'who waits for Bob is not offered Ann');
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.bob')));
select results_eq('select resource_ids from public.holds', $$ select array[tests.resource_id('Bob')] $$, 'but Bob');

select set_config('test.two', tests.value_as('customer', format('select public.book_appointment(%L, %L, party_size => 2) ->> %L', tests.service_id('Yoga'), tests.day_at(3, '10:00'), 'id')), true);
select set_config('test.one', tests.value_as('customer', format('select public.book_appointment(%L, %L) ->> %L', tests.service_id('Yoga'), tests.day_at(3, '10:00'), 'id')), true);
select set_config('test.party', tests.value_as('neighbour', format('select public.join_waitlist(%L, %L, %L, party_size => 2) ->> %L', tests.service_id('Yoga'), tests.day_at(3, '10:00'),
  tests.day_at(3, '10:01'), 'id')), true);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.one')));
select is((select status from public.waitlist_entries where party_size = 2), 'waiting', 'a party of two is not offered one seat');
select is(appointments.offer_next(), 0, 'not by the job either');
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.two')));
select is((select status from public.waitlist_entries where party_size = 2), 'offered', 'but two, before the empty session ends');
select results_eq('select status, seats_taken from public.group_sessions', $$ values ('open', 2) $$, 'which they keep');
select is((select party_size from public.holds where session_id is not null), 2, 'for as many');

select * from finish();
rollback;
