begin;
set local search_path = extensions;
select plan(4);

select core.tick();
select core.count_events();
delete from core.measures;
select tests.create_organization();
select tests.declare_invoices();
create function pg_temp.counted(type text, slug text default null) returns bigint language sql as $$
  select m.count from core.measures m
  where m.family = 'events' and m.labels = jsonb_build_object('type', counted.type)
    and m.organization_id is not distinct from case when slug is not null then tests.organization_id(slug) end
$$;
select tests.authenticate_as('owner');
select tests.publish(jsonb_build_array(tests.invoice_event(1), tests.invoice_event(2, 'paid', '{"data": {"amount": 1}}')));
select tests.clear_authentication();
-- The tick of a ticker in the next transaction.
insert into core.ticks (snapshot, transaction_id)
select format('%s:%s:', n.number, n.number)::pg_snapshot, '3' from (select pg_current_xact_id()::text::bigint + 1 as number) n;
select core.count_events();

select is(pg_temp.counted('invoice.paid', 'clinic'), 1::bigint, 'an organization has a series of each of its types');
select is(pg_temp.counted('invoice.paid'), null, 'the platform has none: anyone can declare thousands, and its series are bounded');
select is(pg_temp.counted('custom'), 2::bigint, 'it has them in one');
select is(pg_temp.counted('organization.created'), 1::bigint, 'its own types have theirs');

select * from finish();
rollback;
