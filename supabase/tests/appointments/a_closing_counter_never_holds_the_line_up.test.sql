begin;
set local search_path = extensions;
select plan(10);

select tests.create_clinic();
select tests.create_queue();
select set_config('test.a', tests.join_queue(9)::text, true), set_config('test.b', tests.join_queue(8)::text, true);
select tests.call_next(1), tests.call_next(2);
select tests.on_ticket('serve_ticket', current_setting('test.b')::uuid);

create function pg_temp.operate(action text, n int) returns jsonb
language sql as $$ select tests.value_as('desk', format('select public.operate_queue(%L, %L, %L)', tests.queue_id(), action, tests.counter_id(n)))::jsonb $$;
select is(pg_temp.operate('close_counter', 1) #>> '{counter,status}', 'closed', 'a counter closes');
select is(tests.line_of(), '001', 'whom it had called is back in line');
select is((select type from core.events where aggregate_id = current_setting('test.a')::uuid order by version desc limit 1), 'ticket.returned', 'and the log says so');
select is(tests.call_next(3), current_setting('test.a')::uuid, 'another counter calls them');
select is(pg_temp.operate('close_counter', 2) #>> '{counter,status}', 'closed', 'one closes that is serving');
select is((select status from public.tickets where id = current_setting('test.b')::uuid), 'serving', 'it goes on serving');
select is(tests.on_ticket('finish_ticket', current_setting('test.b')::uuid), 'done', 'until it is done');
select is(
  tests.refusal(format('select public.call_next(%L, %L)', tests.queue_id(), tests.counter_id(2))) ->> 'code',
  'not_found', 'an unknown caller learns nothing of it'
);
select tests.authenticate_as('desk');
select is(
  tests.refusal(format('select public.call_next(%L, %L)', tests.queue_id(), tests.counter_id(2))) - 'detail',
  '{"status": "PT409", "code": "counter_not_open"}', 'and calls nobody any more'
);
select public.operate_queue(tests.queue_id(), 'pause');
select is(
  tests.refusal(format('select public.join_queue(%L, %L)', tests.queue_id(), tests.type_id())) - 'detail',
  '{"status": "PT409", "code": "queue_not_open"}', 'nobody joins a paused queue'
);

select * from finish();
rollback;
