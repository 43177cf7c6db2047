begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 4, "maximum_party": 3}', any_of => array['Ann']);

select set_config('test.hold', tests.hold('Yoga', tests.day_at(2, '10:00'), party => 3)::text, true);
select results_eq('select seats_taken from public.group_sessions', array[3], 'a hold takes seats');
select is(tests.refusal($$ select tests.hold('Yoga', tests.day_at(2, '10:00'), 'neighbour', 2) $$) ->> 'code', 'session_full', 'which others cannot have');
select tests.value_as('customer', format('select public.book_appointment(%L, hold_id => %L)', tests.service_id('Yoga'), current_setting('test.hold')));
select results_eq('select party_size from public.appointments', array[3], 'booked, the party is that of the hold');
select results_eq('select seats_taken from public.group_sessions', array[3], 'and has the same seats');
select tests.hold('Yoga', tests.day_at(2, '10:00'));
select tests.let_time_pass();
select ok(tests.is_offered('Yoga', tests.day_at(2, '10:00')), 'seats of a hold that is over are offered before any job has run');
select lives_ok($$ select tests.book('Yoga', tests.day_at(2, '10:00'), 'neighbour') $$, 'and booked');
select results_eq($$ select status, count(*) from public.holds group by 1 order by 1 $$, $$ values ('booked', 1::bigint), ('expired', 1) $$, 'which ends the hold');

select * from finish();
rollback;
