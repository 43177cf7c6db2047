begin;
set local search_path = extensions;
select plan(14);

select tests.create_clinic();
select tests.create_queue(counters => 2);
create function pg_temp.waits(serving int, ahead int, counters int default 2) returns double precision[]
language sql as $$
  select array_agg(round(w.model::numeric, 3)::double precision order by place)
  from appointments.line_waits(tests.queue_id(), array_fill(tests.type_id(), array[ahead]), array_fill(0.0::double precision, array[ahead]),
    array_fill(tests.type_id(), array[serving]), array_fill(null::uuid, array[serving]), counters) with ordinality as w(model, last, p50, p80, place)
$$;

select is(pg_temp.waits(0, 3), array[0, 0, 5]::double precision[], 'free counters: nobody waits until they are taken');
select is(pg_temp.waits(2, 3), array[5, 10, 15]::double precision[], '(ahead + 1) x mean over counters, of services of whatever length');
select is(pg_temp.waits(3, 1), array[10]::double precision[], 'whom a closed counter still serves is work too');
select is(pg_temp.waits(1, 2, 0), array[null, null]::double precision[], 'without a counter nothing is promised');

select appointments.observe_service(tests.queue_id(), tests.type_id(), tests.resource_id('Ann'), 4) from generate_series(1, 95);
select is(
  round((appointments.expected_service(tests.queue_id(), tests.type_id(), null)).mean::numeric, 2), 4.30, 'what was seen outweighs what was stated: (95 x 4 + 5 x 10) / 100'
);
select is((pg_temp.waits(2, 2))[2] - (pg_temp.waits(2, 2))[1], (4.3 / 2)::double precision, 'each ahead adds what they are expected to take');
select ok((pg_temp.waits(2, 1))[1] < 4.3 / 2, 'a service of even length is half over when one comes');
select is(
  (appointments.expected_service(tests.queue_id(), tests.type_id('Blood test'), null)).mean, 10::double precision, 'each type learns for itself'
);
select appointments.observe_service(tests.queue_id(), tests.type_id(), tests.resource_id('Bob'), 16) from generate_series(1, 100);
select ok(
  (appointments.expected_service(tests.queue_id(), tests.type_id(), tests.resource_id('Bob'))).mean
  > (appointments.expected_service(tests.queue_id(), tests.type_id(), tests.resource_id('Ann'))).mean + 5, 'and so does each who serves'
);
select set_config('test.before', pg_temp.waits(2, 3)::text, true);
select appointments.observe_leaving(tests.queue_id(), 5) from generate_series(1, 10);
select ok((pg_temp.waits(2, 3))[3] < (current_setting('test.before')::double precision[])[3], 'those ahead who may leave count less');

select is(appointments.share_of_last(l), 0::double precision, 'no history: the last wait counts nothing') from appointments.queue_learning l;
select appointments.observe_wait(tests.queue_id(), 10, 5, 8, 5, 9.9) from generate_series(1, 100);
select ok(appointments.share_of_last(l) > 0.9, 'where it was right and the estimate wrong it counts most') from appointments.queue_learning l;
select ok(l.log_p50 > 0 and l.log_p80 > l.log_p50, 'waits above what was told move P50 up, and P80 faster') from appointments.queue_learning l;
select ok(
  (select bool_and(w.p80 >= w.p50) from appointments.line_waits(tests.queue_id(), array[tests.type_id()], '{0}', array[tests.type_id(), tests.type_id()],
    array[null, null]::uuid[], 2) w), 'P80 is never below P50'
);

select * from finish();
rollback;
