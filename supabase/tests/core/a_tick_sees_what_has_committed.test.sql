begin;
set local search_path = extensions;
select plan(8);

-- Three transactions of the past stand in for concurrent ones: ids 10, 20 and 30, and a tick before each could end.
delete from core.consumers;
delete from core.ticks;
create function pg_temp.append(xid text) returns void language sql as $$
  insert into core.events (aggregate_type, aggregate_id, version, type, data, actor_kind, correlation_id, transaction_id)
  values ('profile', gen_random_uuid(), 1, 'profile.updated', jsonb_build_object('xid', xid), 'system', gen_random_uuid(), xid::xid8)
$$;
create function pg_temp.batch(a bigint, b bigint) returns setof text language sql as $$
  select e.data ->> 'xid' from core.ticks f, core.ticks t, core.batch(f, t) e where f.id = a and t.id = b order by 1
$$;
select pg_temp.append('10'), pg_temp.append('20'), pg_temp.append('30');
insert into core.ticks (id, snapshot, transaction_id) overriding system value values
  (1, '5:5:', '4'),
  (2, '10:21:10', '4'),
  (3, '10:31:10', '4'),
  (4, '31:40:', '4'),
  (5, '40:50:45', '4');

select results_eq('select pg_temp.batch(1, 2)', array['20'], 'what is in progress is not seen, what came later and has ended is');
select results_eq('select pg_temp.batch(2, 3)', array['30'], 'a long transaction holds nobody back');
select results_eq('select pg_temp.batch(3, 4)', array['10'], 'and is delivered when it ends');
select is_empty('select pg_temp.batch(4, 5)', 'nothing comes twice');
select results_eq('select pg_temp.batch(1, 4)', array['10', '20', '30'], 'ticks can be taken together');

update core.ticks set transaction_id = '30' where id = 3;
select is_empty('select pg_temp.batch(2, 3)', 'the ticker''s own events, which may follow the tick, are left out');
select results_eq('select pg_temp.batch(3, 4)', array['10', '30'], 'and come with the next');

select lives_ok(
  $$ select plan from (select 1) x, lateral (select core.tick() as plan) y $$, 'a tick can be taken'
);

select * from finish();
rollback;
