begin;
set local search_path = extensions;
select plan(3);

select tests.create_clinic();
select tests.create_queue();
select set_config('test.a', tests.join_queue(9)::text, true);
select tests.call_next(1);
select tests.value_as('owner', format('select public.save_queue_counter(%L, %L, %L)', tests.queue_id(), '{"active": false}', tests.counter_id(1)));

select is(tests.line_of(), '001', 'whom it had called and not served is back in line');
select is((select type from core.events where aggregate_id = current_setting('test.a')::uuid order by version desc limit 1), 'ticket.returned', 'and the log says so');
select is(tests.call_next(2), current_setting('test.a')::uuid, 'another counter calls them');

select * from finish();
rollback;
