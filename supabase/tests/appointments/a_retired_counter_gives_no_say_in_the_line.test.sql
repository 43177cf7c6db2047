begin;
set local search_path = extensions;
select plan(4);

select tests.create_clinic();
select tests.create_queue();
select set_config('test.a', tests.join_queue(9)::text, true), set_config('test.b', tests.join_queue(8)::text, true);
select tests.call_next(1);
select tests.on_ticket('serve_ticket', current_setting('test.a')::uuid);
select tests.value_as('owner', format('select public.save_queue_counter(%L, %L, %L)', tests.queue_id(), '{"active": false}', tests.counter_id(1)));

select tests.authenticate_as('ann');
select is(
  tests.refusal(format('select public.leave_queue(%L)', current_setting('test.b'))) ->> 'code', 'permission_denied',
  'who served at a counter that is retired takes nobody out of line'
);
select is(
  tests.refusal(format('select public.join_queue(%L, %L, 9)', tests.queue_id(), tests.type_id())) ->> 'code', 'remote_join_not_allowed',
  'and gives no tickets'
);
select is(public.finish_ticket(current_setting('test.a')::uuid) ->> 'status', 'done', 'but finishes whom they serve');
select is((select count(*)::int from public.queue_counters where active), 2, 'the other counters are there');

select * from finish();
rollback;
