begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.offer_service('Yoga', '{"seats": 2}', any_of => array['Ann']);
select set_config('test.a', tests.book_series('Yoga', tests.weekly(2, '10:00', 3))::text, true);
select set_config('test.b', tests.book_series('Yoga', tests.weekly(2, '10:00', 3), 'neighbour')::text, true);
select results_eq('select seats_taken from public.group_sessions order by starts_at', array[2, 2, 2], 'two series sit in the same sessions');
select is(
  jsonb_array_length(tests.refusal(format('select tests.value_as(''ann'', %L)', tests.book_series_command('Yoga', tests.weekly(9, '10:00', 3))))
    #> '{detail,conflicts}'), 2, 'a third finds no seat in two of them'
);
select tests.value_as('customer', format('select public.cancel_series(%L)', current_setting('test.a')));
select tests.value_as('neighbour', format('select public.change_series(%L, ''all'', %L, %L)', current_setting('test.b'),
  jsonb_build_object('starts_at', tests.day_at(9, '10:00')), tests.nth(current_setting('test.b')::uuid, 1)));
select results_eq(
  $$ select ((starts_at at time zone 'Europe/Berlin')::date - (now() at time zone 'Europe/Berlin')::date), seats_taken, status from public.group_sessions order by 1, 3 $$,
  $$ values (2, 0, 'cancelled'), (9, 1, 'open'), (16, 1, 'open'), (23, 1, 'open') $$, 'moved a week on, it joins its own sessions and leaves the first'
);

select * from finish();
rollback;
