begin;
set local search_path = extensions;
select plan(7);

create function pg_temp.append(type text) returns bigint language sql as $$
  select core.append_event(null, 'profile', '00000000-0000-4000-8000-000000000001', type, '{"n": 1}')
$$;
delete from core.consumers;
delete from core.jobs;
select core.tick();
select core.register_queue('tests', 'tests');
select core.register_consumer('exact', array['guest.checked_in'], 'tests', 'exact');
select core.register_consumer('family', array['guest.*'], 'tests', 'family');
select core.register_consumer('all', array['*'], 'tests', 'all');
select pg_temp.append('guest.checked_in');
select pg_temp.append('guest.checkedxin');
select pg_temp.append('member.joined');
select is(tests.deliver_events(), 6, 'six jobs of three events');

create function pg_temp.got(who text) returns setof text language sql as $$
  select payload ->> 'type' from core.jobs where kind = who order by id
$$;
select results_eq($$ select pg_temp.got('exact') $$, array['guest.checked_in'], 'a type is taken literally, underscore and all');
select results_eq($$ select pg_temp.got('family') $$, array['guest.checked_in', 'guest.checkedxin'], 'a star stands for the rest');
select results_eq($$ select pg_temp.got('all') $$, array['guest.checked_in', 'guest.checkedxin', 'member.joined'], 'or for everything, in order');
select is(tests.deliver_events(), 0, 'nothing is delivered twice');
select results_eq('select distinct tick_id from core.consumers', 'select max(id) from core.ticks', 'the cursors stand at the last tick');
select ok(
  (select payload ?& array['id', 'type', 'aggregate_id', 'version', 'data', 'correlation_id', 'recorded_at'] and event_id::text = payload ->> 'id'
   from core.jobs where kind = 'exact'),
  'the job carries the event'
);

select * from finish();
rollback;
