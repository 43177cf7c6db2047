begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.create_queue(counters => 4);
-- Who joins and leaves at once, over and over, is learnt from; they must not keep everyone else from being told anything.
select appointments.observe_leaving(tests.queue_id(), 0) from generate_series(1, 2000);
select tests.call_next(n) from generate_series(1, 4) n, lateral (select tests.join_queue(90)) j;
select tests.join_queue(90), tests.join_queue(80), tests.join_queue(70);

select lives_ok($$ select tests.join_queue() $$, 'the next one joins');
select lives_ok($$ select appointments.refresh_boards() $$, 'and the waits of all queues are told anew');
select is(
  (select count(*)::int from jsonb_array_elements(appointments.board(tests.queue_id()) -> 'line') l where (l ->> 'p50_minutes')::int >= 0), 4,
  'each is told a wait'
);
select isnt(tests.call_next(1), null, 'or who is next is called') from tests.on_ticket('miss_ticket',
  (select t.id from public.tickets t where t.counter_id = tests.counter_id(1)));

select * from finish();
rollback;
