begin;
set local search_path = extensions;
select plan(7);

delete from core.consumers;
delete from core.jobs;
delete from core.ticks;
create function pg_temp.append(name text, xid text, at timestamptz) returns void language sql as $$
  insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, transaction_id, recorded_at)
  values ('profile', gen_random_uuid(), 1, 'profile.restored', jsonb_build_object('name', name), 'system', gen_random_uuid(), xid::xid8, at)
$$;
-- another cluster was at transaction 9·10¹² when it was dumped
select pg_temp.append('read', '9000000000000', now() - interval '10 minutes');
select pg_temp.append('unread', '9000000000010', now() - interval '5 minutes');
insert into core.ticks (snapshot, transaction_id, created_at) values ('9000000000005:9000000000005:', '4', now() - interval '5 minutes');
select core.register_queue('tests', 'tests');
select core.register_consumer('all', array['profile.restored'], 'tests', 'all');
select pg_temp.append('new', '3', now());

select ok(not (select ok from core.event_log_health() where name = 'ticks are of this cluster'), 'the health check sees foreign ticks');
select isnt(core.tick(), null, 'the next tick mends them');
select results_eq(
  $$ select payload -> 'data' ->> 'name' from core.jobs order by id $$, array['unread', 'new'], 'what was not delivered is, what was is not'
);
select ok((select ok from core.event_log_health() where name = 'ticks are of this cluster'), 'ticks are of this cluster again');
select is(
  (select count(*) from core.events where transaction_id >= pg_snapshot_xmax(pg_current_snapshot())), 0::bigint, 'events too'
);
select is(core.dispatch(), 0, 'nothing comes twice');
select results_eq('select tick_id from core.consumers', 'select id from core.ticks', 'the cursor stands at the new tick');

select * from finish();
rollback;
