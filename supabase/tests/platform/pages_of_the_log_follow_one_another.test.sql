begin;
set local search_path = extensions;
select plan(17);

select tests.create_organization();
select tests.declare_invoices();
select tests.authenticate_as('owner');
select tests.publish((select jsonb_agg(tests.invoice_event(n % 3, case when n % 2 = 0 then 'sent' else 'paid' end, jsonb_build_object('data', jsonb_build_object('amount', n)))
  order by n) from generate_series(1, 9) n));

create function pg_temp.page(variadic arguments text[]) returns jsonb language plpgsql as $$
declare
  page jsonb;
begin
  execute format('select public.list_events(tests.organization_id(), %s)', array_to_string(arguments, ', ')) into page;
  return page;
end;
$$;
create function pg_temp.amounts(page jsonb) returns text language sql as $$
  select string_agg(coalesce(e #>> '{data,amount}', '-'), ' ' order by n) from jsonb_array_elements(page -> 'events') with ordinality x(e, n)
$$;

select is(pg_temp.amounts(pg_temp.page('page_limit => 100')), '9 8 7 6 5 4 3 2 1 -', 'the newest first');
select is(pg_temp.page('page_limit => 10') -> 'next', 'null', 'the last page has no next');
create temporary table first as select pg_temp.page('page_limit => 4') as page;
select is(pg_temp.amounts(page), '9 8 7 6', 'a page') from first;
select is(pg_temp.amounts(pg_temp.page('page_limit => 4', format('before_position => %s', page ->> 'next'))), '5 4 3 2', 'the next') from first;
select is(pg_temp.amounts(pg_temp.page('page_limit => 4', 'after_position => 0')), '- 1 2 3', 'after a position: the oldest first');
update first set page = pg_temp.page('page_limit => 4', 'after_position => 0');
select is(pg_temp.amounts(pg_temp.page('page_limit => 4', format('after_position => %s', page ->> 'next'))), '4 5 6 7', 'and the next of it') from first;
select is(pg_temp.amounts(pg_temp.page($$types => array['invoice.paid']$$)), '9 7 5 3 1', 'one type');
select is(pg_temp.amounts(pg_temp.page($$types => array['invoice.*']$$)), '9 8 7 6 5 4 3 2 1', 'a pattern of types');
select is(pg_temp.amounts(pg_temp.page($$types => array['in_oice.*']$$)), null, 'an underscore is no wildcard');
select is(pg_temp.amounts(pg_temp.page($$types => array['invoice.paid', '*']$$)), '9 8 7 6 5 4 3 2 1 -', 'all of them');
select is(pg_temp.amounts(pg_temp.page($$aggregate_type => 'invoice'$$, $$types => array['invoice.sent']$$)), '8 6 4 2', 'a kind of thing');
select is(pg_temp.amounts(pg_temp.page(format('aggregate_id => %L', tests.invoice_event(1) ->> 'aggregate_id'))), '7 4 1', 'one thing');
select is(pg_temp.amounts(pg_temp.page(format('since => %L', now() + interval '1 second'))), null, 'a time');
select is(pg_temp.amounts(pg_temp.page(format('since => %L', now()), format('until => %L', now() + interval '1 second'), 'page_limit => 2')), '9 8', 'times');

select is(pg_temp.amounts(public.get_stream((tests.invoice_event(1) ->> 'aggregate_id')::uuid, 1, 1)), '4', 'a stream goes on after a version');
select throws_ok($$ select pg_temp.page('page_limit => 1001') $$, 'PT422', 'invalid_input', 'a page has an end');
select throws_ok($$ select pg_temp.page($x$types => array['%']$x$) $$, 'PT422', 'invalid_input', 'a pattern is a type or ends in a star');

select * from finish();
rollback;
