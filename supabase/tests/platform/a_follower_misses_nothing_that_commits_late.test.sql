begin;
set local search_path = extensions;
select plan(12);

-- Transactions 10, 20, 30 of the past stand in for concurrent ones; positions are taken in another order than commits.
select tests.create_organization();
create function pg_temp.append(xid text, place int, n text) returns void language sql as $$
  insert into core.events (organization_id, aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, transaction_id, position)
  overriding system value
  values (tests.organization_id(), 'invoice', gen_random_uuid(), 1, 'invoice.sent', jsonb_build_object('n', n), 'system', gen_random_uuid(), xid::xid8, 1000 + place)
$$;
create function pg_temp.between(seen text, floor int, until text, last int default 0, page_limit int default 100) returns text language sql as $$
  select string_agg(e.data ->> 'n', ' ' order by n)
  from unnest(core.events_between(tests.organization_id(), null, null, seen::pg_snapshot, floor + 1000, until::pg_snapshot, last + 1000, page_limit))
    with ordinality u(id, position, transaction_id, organization_id, aggregate_type, aggregate_id, version, type, type_version, source, data,
      actor_id, actor_kind, correlation_id, causation_id, traceparent, recorded_at, n), lateral (select u.data) e(data)
$$;
select pg_temp.append('10', 1, 'late 1'), pg_temp.append('20', 2, 'two'), pg_temp.append('10', 3, 'late 2'), pg_temp.append('30', 4, 'three'),
  pg_temp.append('10', 5, 'late 3'), pg_temp.append('40', 6, 'four');

select is(pg_temp.between('5:5:', -1000, '10:21:10'), 'two', 'what is in progress is not seen, what came later and has ended is');
select is(pg_temp.between('10:21:10', 3, '10:31:10'), 'three', 'a long transaction holds nobody up');
select is(pg_temp.between('10:31:10', 5, '31:40:'), 'late 1 late 2 late 3', 'its events come when it ends, in their order');
select is(pg_temp.between('10:31:10', 5, '31:50:'), 'late 1 late 2 late 3 four', 'those that began since too');
select is(pg_temp.between('31:50:', 6, '50:60:'), null, 'nothing comes twice');
select is(pg_temp.between('10:31:10', 5, '31:50:', 0, 2), 'late 1 late 2', 'a page ends where it is full');
select is(pg_temp.between('10:31:10', 5, '31:50:', 3, 2), 'late 3 four', 'and the next goes on there');
select is(pg_temp.between('10:31:10', 5, '31:50:', 5, 2), 'four', 'also beyond the early ones');
select is(pg_temp.between('10:21:10', -1000, '31:50:'), 'late 1 late 2 three late 3 four', 'without a floor all is looked at');

select is(core.settled_snapshot() is not null and not pg_visible_in_snapshot(pg_current_xact_id(), core.settled_snapshot()), true,
  'one''s own transaction is not settled');
select tests.authenticate_as('owner');
select is(public.read_events_after(tests.organization_id()) - 'cursor', '{"events": [], "more": false}', 'without a cursor it begins now');
select is(
  public.read_events_after(tests.organization_id(), null, public.read_events_after(tests.organization_id()) ->> 'cursor') - 'cursor',
  '{"events": [], "more": false}', 'with it, there is nothing new yet'
);

select * from finish();
rollback;
