begin;
set local search_path = extensions;
select plan(10);

select tests.create_clinic();
select tests.create_queue('Triage', '{"prefix": "T"}');
select tests.create_queue('Doctor', '{"prefix": "D"}');
create function pg_temp.transfer(ticket uuid, more text default '') returns jsonb
language sql as $$
  select tests.value_as('desk', format('select public.transfer_ticket(%L, %L, %L %s)', ticket, tests.queue_id('Doctor'), tests.type_id('General', 'Doctor'), more))::jsonb
$$;
select tests.join_queue(10, queue => 'Doctor');
select set_config('test.t', tests.join_queue(30, queue => 'Triage')::text, true), set_config('test.u', tests.join_queue(20, queue => 'Triage')::text, true);
create function pg_temp.t() returns uuid language sql as $$ select current_setting('test.t')::uuid $$;

select tests.call_next(1, 'Triage'), tests.on_ticket('serve_ticket', pg_temp.t());
update public.tickets set started_at = now() - interval '4 minutes' where id = pg_temp.t();
select is(pg_temp.transfer(pg_temp.t()) ->> 'label', 'T001', 'it keeps its number');
select is(tests.line_of('Doctor'), 'T001 D001', 'and its place by arrival');
select is(tests.line_of('Triage'), 'T002', 'it is gone from where it was');
select appointments.refresh_queue_days();
select is(
  (select (d.joined, d.transferred, d.mean_wait_minutes, d.mean_service_minutes)::text from public.queue_days d where d.queue_id = tests.queue_id('Triage')),
  '(2,1,30.00,4.00)', 'its wait and service there count there'
);
select is(
  (select (d.joined, d.served)::text from public.queue_days d where d.queue_id = tests.queue_id('Doctor')), '(1,0)', 'and it joined there, not here'
);
select pg_temp.transfer(current_setting('test.u')::uuid, ', keep_place => false');
select is(tests.line_of('Doctor'), 'T001 D001 T002', 'without its place it goes to the end');
select is(tests.call_next(1, 'Triage'), null, 'the counter it left is free');
select is(tests.call_next(1, 'Doctor'), pg_temp.t(), 'the other one calls it');
select is(
  tests.refusal(format('select tests.value_as(%L, %L)', 'outsider', format('select public.transfer_ticket(%L)', pg_temp.t()))) ->> 'code', 'not_found',
  'no outsider moves it'
);
select is(
  (select data ->> 'previous_queue_id' from core.events where aggregate_id = pg_temp.t() and type = 'ticket.transferred')::uuid, tests.queue_id('Triage'),
  'the log tells from where'
);

select * from finish();
rollback;
