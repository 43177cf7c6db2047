begin;
set local search_path = extensions;
select plan(6);

select tests.create_organization();
select tests.declare_invoices();
select tests.authenticate_as('owner');
create temporary table answers as
select tests.publish(jsonb_build_array(tests.invoice_event(1), tests.invoice_event(1)), key => 'k') as answer;
grant select on answers to authenticated;

select is(tests.publish(jsonb_build_array(tests.invoice_event(1), tests.invoice_event(1)), key => 'k'), (select answer from answers),
  'the same key and events, the same answer');
select throws_ok(
  $$ select tests.publish(jsonb_build_array(tests.invoice_event(2)), key => 'k') $$, 'PT409', 'idempotency_mismatch', 'other events need another key'
);
select is(tests.publish(jsonb_build_array(tests.invoice_event(1))) #>> '{0,version}', '3', 'without a key it is another event');
select is(jsonb_array_length(tests.publish((select jsonb_agg(tests.invoice_event(2)) from generate_series(1, 1000)))), 1000, 'a thousand go at once');
select tests.clear_authentication();
select is((select count(*) from core.events where type = 'invoice.sent'), 1003::bigint, 'the log has no more');
select results_eq(
  $$ select version from core.events where aggregate_id = '00000000-0000-4000-8000-000000000002' order by position $$,
  'select generate_series(1, 1000)::bigint', 'in the order of their versions'
);

select * from finish();
rollback;
