begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 4, "maximum_party": 3}', any_of => array['Ann']);

select set_config('test.first', tests.book('Yoga', tests.day_at(2, '10:00'))::text, true);
select results_eq(
  'select status, seats, seats_taken, planned from public.group_sessions', $$ values ('open', 4, 1, false) $$, 'the first booking opens a session'
);
select set_config('test.second', tests.book('Yoga', tests.day_at(2, '10:00'), 'neighbour')::text, true);
select results_eq('select seats_taken from public.group_sessions', array[2], 'the second joins it');
select results_eq(
  'select c.owner_id from calendar.claims c', 'select id from public.group_sessions', 'which has the claim, once'
);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.first')));
select results_eq('select status, seats_taken from public.group_sessions', $$ values ('open', 1) $$, 'who leaves gives a seat back');
select tests.value_as('neighbour', format('select public.cancel_appointment(%L)', current_setting('test.second')));
select results_eq('select status, seats_taken from public.group_sessions', $$ values ('cancelled', 0) $$, 'the last to leave ends it');
select is_empty('select from calendar.claims', 'and frees its people');
select results_eq(
  $$ select type from core.events where aggregate_type = 'session' order by version $$, array['session.opened', 'session.cancelled'], 'both are events'
);
select tests.value_as('desk', format('select public.plan_session(%L, %L)', tests.service_id('Yoga'), tests.day_at(2, '12:00')));
select set_config('test.third', tests.book('Yoga', tests.day_at(2, '12:00'))::text, true);
select tests.value_as('customer', format('select public.cancel_appointment(%L)', current_setting('test.third')));
select results_eq($$ select seats_taken from public.group_sessions where status = 'open' and planned $$, array[0], 'a planned one stays');
select is((select count(*) from calendar.claims), 1::bigint, 'with its people');

select * from finish();
rollback;
