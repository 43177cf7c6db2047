begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.create_resource('Always', opens => '00:00', closes => '24:00');
select tests.offer_service('Walk-up', '{"duration_minutes": 1, "hold_minutes": 60}', all_of => array['Always']);
select tests.offer_service('Class', '{"duration_minutes": 1, "hold_minutes": 60, "seats": 5}', all_of => array['Always']);
create function pg_temp.soon(minutes int) returns timestamptz
language sql as $$ select date_trunc('minute', now()) + make_interval(mins => minutes) $$;

select tests.hold('Walk-up', pg_temp.soon(5)), tests.hold('Class', pg_temp.soon(7)), tests.hold('Walk-up', pg_temp.soon(90));
select results_eq(
  'select expires_at from public.holds order by starts_at', array[pg_temp.soon(5), pg_temp.soon(7), now() + interval '60 minutes'],
  'nothing is held for longer than until it begins'
);
select results_eq(
  $$ select expires_at from calendar.claims where kind = 'hold' order by lower(during) $$, array[pg_temp.soon(5), now() + interval '60 minutes'],
  'nor its time taken'
);
update public.holds set starts_at = now() - interval '1 second', expires_at = now() - interval '1 second' where starts_at = pg_temp.soon(5);
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'customer', format('select public.book_appointment(%L, hold_id => %L)',
    tests.service_id('Walk-up'), (select id from public.holds where starts_at < now())))) ->> 'code',
  'hold_expired', 'so that what is past is not booked'
);

select * from finish();
rollback;
