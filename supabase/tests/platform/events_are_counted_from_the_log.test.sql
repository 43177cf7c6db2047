begin;
set local search_path = extensions;
select plan(9);

select core.tick();
select core.count_events();
delete from core.measures;
select tests.create_organization();
select tests.create_organization('rival', 'rival_owner');
create function pg_temp.counted(type text, slug text default null) returns bigint language sql as $$
  select coalesce(sum(m.count), 0)::bigint from core.measures m
  where m.family = 'events' and m.labels = jsonb_build_object('type', counted.type)
    and m.organization_id is not distinct from case when slug is not null then tests.organization_id(slug) end
$$;
create function pg_temp.tick_at(number bigint) returns bigint language sql as $$
  insert into core.ticks (snapshot, transaction_id) select format('%s:%s:', number, number)::pg_snapshot, '3' returning id
$$;
create function pg_temp.append(slug text, number bigint) returns void language sql as $$
  insert into core.events (organization_id, aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, transaction_id)
  select tests.organization_id(slug), 'profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), number::text::xid8
$$;

select is(core.count_events(), 0::bigint, 'what no tick has seen is not counted yet');
-- The tick of a ticker in the next transaction.
select pg_temp.tick_at(pg_current_xact_id()::text::bigint + 1);
select ok(core.count_events() >= 1, 'what one has seen is');
select is(pg_temp.counted('organization.created'), 2::bigint, 'by type');
select is(pg_temp.counted('organization.created', 'clinic'), 1::bigint, 'and organization');
select is(core.count_events(), 0::bigint, 'once');

-- Transactions of long ago, so that several can follow each other.
update core.measured_events set last_tick.snapshot = '100:100:';
select pg_temp.append('clinic', 105), pg_temp.append('clinic', 106), pg_temp.tick_at(110);
select core.count_events();
select pg_temp.append('clinic', 115), pg_temp.append('rival', 116), pg_temp.tick_at(120);
-- Ticks behind all consumers are deleted, whether or not they were counted.
delete from core.ticks where id < (select max(id) from core.ticks);
select core.count_events();
select is(pg_temp.counted('profile.updated'), 4::bigint, 'a series that is known grows');
select is(pg_temp.counted('profile.updated', 'clinic'), 3::bigint, 'an organization''s too');
select is(pg_temp.counted('profile.updated', 'rival'), 1::bigint, 'while another''s begins');

update core.measured_events set last_tick.snapshot = '9000000000000:9000000000000:';
select is(core.count_events(), 0::bigint, 'after a restore counting goes on from the last tick');

select * from finish();
rollback;
