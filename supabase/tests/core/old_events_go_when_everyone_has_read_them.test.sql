begin;
set local search_path = extensions;
select plan(6);

delete from core.consumers;
create function pg_temp.months() returns setof text language sql as $$
  select c.relname::text from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'core.events'::regclass and c.relname < 'events_2020' order by 1
$$;
create table core.events_2001_01 partition of core.events for values from ('2001-01-01 00:00+00') to ('2001-02-01 00:00+00');
create table core.events_2001_02 partition of core.events for values from ('2001-02-01 00:00+00') to ('2001-03-01 00:00+00');
insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, recorded_at, transaction_id)
values
  ('profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), '2001-01-05', '100'),
  ('profile', gen_random_uuid(), 1, 'profile.updated', '{}', 'system', gen_random_uuid(), '2001-02-05', '200');
delete from core.ticks;
insert into core.ticks (id, snapshot) overriding system value values (1, '150:150:'), (2, '250:250:');
select core.register_queue('tests', 'tests');
select core.register_consumer('slow', array['*'], 'tests', 'x');
update core.consumers set tick_id = 1;

select is(core.expire_events(), 1, 'what the slowest has read goes');
select results_eq('select pg_temp.months()', array['events_2001_02'], 'what it has not read stays, however old');
select is((select min(id) from core.ticks), 1::bigint, 'and so does its tick');
update core.consumers set tick_id = 2;
select is(core.expire_events(), 1, 'once it has, that goes too');
select is((select min(id) from core.ticks), 2::bigint, 'with the ticks behind it');
select is(
  core.expire_events(interval '0'), 0, 'this month stays, whatever is asked'
);

select * from finish();
rollback;
