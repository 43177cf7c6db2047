begin;
set local search_path = extensions;
select plan(6);

select core.tick();
select core.count_events();
delete from core.measures;
select tests.create_organization();
create function pg_temp.counted(organization_id uuid default null) returns bigint language sql as $$
  select coalesce(sum(m.count), 0)::bigint from core.measures m
  where m.family = 'events' and m.labels = '{"type": "organization.created"}' and m.organization_id is not distinct from counted.organization_id
$$;
-- The next tick of a ticker in a transaction of its own, which sees what this one has done.
create function pg_temp.next_tick() returns bigint language sql as $$
  insert into core.ticks (snapshot, transaction_id)
  select format('%s:%s:', x.next, x.next)::pg_snapshot, '3' from (select pg_current_xact_id()::text::bigint + 1 as next) x
  returning id
$$;

select is(core.count_events(), 0, 'what no tick has seen is not counted yet');
select pg_temp.next_tick();
select ok(core.count_events() >= 1, 'what one has seen is');
select is(pg_temp.counted(), 1::bigint, 'by type');
select is(pg_temp.counted(tests.organization_id()), 1::bigint, 'and organization');
select is(core.count_events(), 0, 'once');

update core.measured_events set last_tick.snapshot = '9000000000000:9000000000000:';
select is(core.count_events(), 0, 'after a restore counting goes on from the last tick');

select * from finish();
rollback;
