begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select set_config('test.series', tests.book_series('Consultation', tests.weekly(9, '10:00', 4))::text, true);
create function pg_temp.move(n int, days int, time_of_day time, more text default '') returns jsonb
language sql as $$
  select tests.refusal(format('select public.change_series(%L, ''all'', %L, %L%s)', current_setting('test.series'),
    jsonb_build_object('starts_at', tests.day_at(days, time_of_day)), tests.nth(current_setting('test.series')::uuid, n), more))
$$;
create function pg_temp.agenda() returns text[]
language sql as $$ select tests.agenda(current_setting('test.series')::uuid) $$;

select tests.authenticate_as('customer');
select pg_temp.move(1, 16, '10:00');
select is(pg_temp.agenda(), array['16 10:00', '23 10:00', '30 10:00', '37 10:00'], 'a week later, each into the place of the next');
select pg_temp.move(2, 16, '10:00');
select is(pg_temp.agenda(), array['9 10:00', '16 10:00', '23 10:00', '30 10:00'], 'a week earlier, each into the place of the one before');
select pg_temp.move(1, 9, '10:15');
select is(pg_temp.agenda(), array['9 10:00', '16 10:00', '23 10:00', '30 10:00'], 'off the grid nothing moves');

select tests.book('Consultation', tests.day_at(17, '11:00'), 'neighbour');
select is(
  (select (c ->> 'appointment_id')::uuid from jsonb_array_elements(pg_temp.move(1, 10, '11:00') #> '{detail,conflicts}') c),
  tests.nth(current_setting('test.series')::uuid, 2), 'one of it that meets another booking refuses the move, and is named'
);
select is(pg_temp.move(1, 10, '11:00', ', on_conflict => ''skip'''), null, 'or stays behind');
select is(pg_temp.agenda(), array['10 11:00', '16 10:00', '24 11:00', '31 11:00'], 'where it was');

select * from finish();
rollback;
