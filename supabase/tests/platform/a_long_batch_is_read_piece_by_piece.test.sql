begin;
set local search_path = extensions;
select plan(6);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe() as s, tests.subscribe('{note.*}', slug => '') as everyones;
select tests.append(1 + n % 7, slug => case n % 2 when 0 then 'clinic' else 'bank' end) from generate_series(1, 20) n;
-- of an event whose position is taken before all of these, and that commits after them
create temporary table late as
select (jsonb_populate_record(e, '{"position": -5}')).* from core.events e where e.id = tests.event_id(3, 1);
delete from core.events where id in (select id from late);
select tests.commit_events();

create function pg_temp.drain(s uuid, n int) returns bigint[] language plpgsql as $$
declare
  seen bigint[] := '{}';
  ids uuid[];
begin
  loop
    ids := array(select c.event_id from core.claim_events(s, null, n) c);
    exit when ids = '{}';
    seen := seen || array(select e.position from core.events e join unnest(ids) with ordinality i (id, n) on i.id = e.id order by i.n);
    perform core.ack_events(s, tests.lease_of(s));
  end loop;
  return seen;
end $$;
select is(tests.claim(everyones, 5), tests.names(array(
  select core.cloud_event(e) from core.events e where type = 'note.written' order by position limit 5)), 'the first piece') from t;
select core.ack_events(everyones, tests.lease_of(everyones)) from t;
select results_eq('select to_tick_id is not null, end_position from core.lanes, t where subscription_id = everyones',
  $$ select true, max(position) from core.events where type = 'note.written' $$, 'the lane stands in the middle of a batch');

update late set transaction_id = pg_current_xact_id();
insert into core.events overriding system value select * from late;
select tests.append(1) from generate_series(1, 3);
select tests.commit_events();
create temporary table drained as select pg_temp.drain(everyones, 5) as seen from t;
select ok(-5 = any (seen), 'what committed late with an early position is not passed over') from drained;
select is(cardinality(seen), (select count(distinct x)::int from unnest(seen) x), 'nothing comes twice') from drained;
select is(5 + cardinality(seen), (select count(*)::int from core.events where type = 'note.written'), 'and nothing is left out') from drained;
select is(pg_temp.drain(s, 3),
  array(select position from core.events, public.organizations o where type = 'note.written' and o.slug = 'clinic' and organization_id = o.id
    and (position > 0 and position < (select max(position) - 2 from core.events)) order by position)
  || array(select position from core.events, public.organizations o where type = 'note.written' and o.slug = 'clinic' and organization_id = o.id
    and (position < 0 or position >= (select max(position) - 2 from core.events)) order by position),
  'an organization''s, batch by batch') from t;

select * from finish();
rollback;
