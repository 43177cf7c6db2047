-- The kernel of delivery, 1: what a lane is to be given next.
--
-- Nothing here or in 20261101000963 is granted: the commands of 20261101000964 check their caller, and the worker of
-- webhooks is the platform's own. Whoever changes a lane or its redeliveries holds the lane's row; a claim skips it then.

create function core.member_of(aggregate_id uuid, members int) returns int
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  -- The end of a uuid is random in every version of them; a hash function of the server may change with its version.
  return ('x' || right(aggregate_id::text, 8))::bit(32)::bigint % members;
end;
$$;
comment on function core.member_of(uuid, int) is 'The lane of an aggregate among so many.';

-- the log ------------------------------------------------------------------------------------------------------------

create type core.lane_reading as (lane core.lanes, events core.events[]);
comment on type core.lane_reading is 'Events, and their lane as it stands behind them.';

-- The arms are those of core.batch, written out so that their plans are kept, and once more for an organization: it does
-- not read what is others'. `+ 0` keeps the planner from walking the log by position.
create function core.begin_batch(
  lane core.lanes,
  subscription public.subscriptions,
  from_tick core.ticks,
  to_tick core.ticks,
  room int
) returns core.lane_reading
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  events core.events[];
  seen xid8 := pg_snapshot_xmax(from_tick.snapshot);
  beyond xid8 := pg_snapshot_xmax(to_tick.snapshot);
  organization_hash int := uuid_hash(subscription.organization_id);
  in_progress xid8[] := array(select pg_snapshot_xip(from_tick.snapshot)) || from_tick.transaction_id;
begin
  if subscription.organization_id is not null then
    events := array(
      select b.event from (
        select e as event, e.position + 0 as place from core.events e
        where e.transaction_id >= seen and e.transaction_id < beyond
          and uuid_hash(e.organization_id) = organization_hash and e.organization_id is not distinct from subscription.organization_id
          and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
          and e.type like any (subscription.patterns)
          and (subscription.members = 1 or core.member_of(e.aggregate_id, subscription.members) = lane.member)
        union all
        select e, e.position + 0 from core.events e
        where e.transaction_id = any (in_progress) and e.transaction_id < seen
          and uuid_hash(e.organization_id) = organization_hash and e.organization_id is not distinct from subscription.organization_id
          and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
          and e.type like any (subscription.patterns)
          and (subscription.members = 1 or core.member_of(e.aggregate_id, subscription.members) = lane.member)
      ) b order by b.place limit room + 1);
  else
    events := array(
      select b.event from (
        select e as event, e.position + 0 as place from core.events e
        where e.transaction_id >= seen and e.transaction_id < beyond
          and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
          and e.type like any (subscription.patterns)
          and (subscription.members = 1 or core.member_of(e.aggregate_id, subscription.members) = lane.member)
        union all
        select e, e.position + 0 from core.events e
        where e.transaction_id = any (in_progress) and e.transaction_id < seen
          and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
          and e.type like any (subscription.patterns)
          and (subscription.members = 1 or core.member_of(e.aggregate_id, subscription.members) = lane.member)
      ) b order by b.place limit room + 1);
  end if;
  -- one more than there is room for: the batch goes on
  if cardinality(events) > room then
    events := events[:room];
    lane.to_tick_id := to_tick.id;
    lane.position := (events[room]).position;
    lane.end_position := (
      select max(b.position) from (
        select e.position from core.events e where e.transaction_id >= seen and e.transaction_id < beyond
        union all
        select e.position from core.events e where e.transaction_id = any (in_progress) and e.transaction_id < seen
      ) b);
  else
    lane.tick_id := to_tick.id;
  end if;
  return row(lane, events)::core.lane_reading;
end;
$$;
comment on function core.begin_batch(core.lanes, public.subscriptions, core.ticks, core.ticks, int) is
  'The first events of the batch between two ticks that are this lane''s.';

create function core.continue_batch(
  lane core.lanes,
  subscription public.subscriptions,
  from_tick core.ticks,
  to_tick core.ticks,
  room int
) returns core.lane_reading
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
  events core.events[];
begin
  -- A long batch would be sorted once more at each claim: from its second on it is walked by position.
  if subscription.organization_id is not null then
    events := array(
      select e from core.events e
      where e.organization_id = subscription.organization_id
        and e.position > lane.position and e.position <= lane.end_position
        and (not pg_visible_in_snapshot(e.transaction_id, from_tick.snapshot) or e.transaction_id = from_tick.transaction_id)
        and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
        and e.type like any (subscription.patterns)
        and (subscription.members = 1 or core.member_of(e.aggregate_id, subscription.members) = lane.member)
      order by e.position
      limit room + 1);
  else
    events := array(
      select e from core.events e
      where e.position > lane.position and e.position <= lane.end_position
        and (not pg_visible_in_snapshot(e.transaction_id, from_tick.snapshot) or e.transaction_id = from_tick.transaction_id)
        and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
        and e.type like any (subscription.patterns)
        and (subscription.members = 1 or core.member_of(e.aggregate_id, subscription.members) = lane.member)
      order by e.position
      limit room + 1);
  end if;
  if cardinality(events) > room then
    events := events[:room];
    lane.position := (events[room]).position;
  else
    lane.tick_id := lane.to_tick_id;
    lane.to_tick_id := null;
    lane.position := 0;
    lane.end_position := null;
  end if;
  return row(lane, events)::core.lane_reading;
end;
$$;
comment on function core.continue_batch(core.lanes, public.subscriptions, core.ticks, core.ticks, int) is
  'The next events of a batch that no claim could hold at once.';

create function core.read_lane(lane core.lanes, subscription public.subscriptions, room int) returns core.lane_reading
language plpgsql volatile
set search_path = ''
set enable_seqscan = off
as $$
declare
  began timestamptz := clock_timestamp();
  events core.events[] := '{}';
  reading core.lane_reading;
  from_tick core.ticks;
  to_tick core.ticks;
  wanted int;
  step int := 1;
begin
  loop
    wanted := room - cardinality(events);
    exit when wanted <= 0 or clock_timestamp() > began + interval '1 second';
    -- Should a tick ever be gone, an earlier one will do: twice rather than never.
    select t.* into from_tick from core.ticks t where t.id <= lane.tick_id order by t.id desc limit 1;
    if lane.to_tick_id is not null then
      select t.* into strict to_tick from core.ticks t where t.id = lane.to_tick_id;
      reading := core.continue_batch(lane, subscription, from_tick, to_tick, wanted);
    else
      -- Through sparse ticks in leaps, each twice as far.
      select t.* into to_tick from (
        select n.* from core.ticks n where n.id > lane.tick_id order by n.id limit step
      ) t order by t.id desc limit 1;
      if not found then
        exit when cardinality(events) > 0 or core.tick() is null;
        -- A tick may have rebased the log, and this lane with it.
        select l.* into lane from core.lanes l where l.subscription_id = lane.subscription_id and l.member = lane.member;
        continue;
      end if;
      reading := core.begin_batch(lane, subscription, from_tick, to_tick, wanted);
      step := least(step * 2, 1024);
    end if;
    lane := reading.lane;
    events := events || reading.events;
  end loop;
  return row(lane, events)::core.lane_reading;
end;
$$;
comment on function core.read_lane(core.lanes, public.subscriptions, int) is
  'Up to so many next events of a lane. Where there are none it ticks: a reader waits for no pump.';

-- what comes again ---------------------------------------------------------------------------------------------------

create function core.unpark(subscription_id uuid, aggregate_ids uuid[], replayed boolean) returns void
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  update core.redeliveries r set run_at = now()
  from unnest(aggregate_ids) a (id)
  cross join lateral (
    select n.id from core.redeliveries n
    where n.subscription_id = unpark.subscription_id and n.aggregate_id = a.id and n.dead_at is null
      and n.replayed = unpark.replayed
    order by n.position, n.id
    limit 1
  ) first
  where r.id = first.id and r.run_at = 'infinity' and r.lease_token is null;
end;
$$;
comment on function core.unpark(uuid, uuid[], boolean) is 'Lets the first that waits of each aggregate be claimed.';

create function core.lease_redeliveries(lane core.lanes, token uuid, room int, replayed boolean)
returns setof core.redeliveries
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  if (
    select 1 from core.redeliveries r
    where r.subscription_id = lane.subscription_id and r.member = lane.member and r.dead_at is null
      and r.replayed = lease_redeliveries.replayed and r.run_at <= now()
    limit 1
  ) is null then
    return;
  end if;
  return query
  with due as (
    select r.aggregate_id from core.redeliveries r
    where r.subscription_id = lane.subscription_id and r.member = lane.member and r.dead_at is null
      and r.replayed = lease_redeliveries.replayed and r.run_at <= now()
    order by r.run_at
    limit room
  ), chosen as (
    -- with the first of an aggregate come those behind it
    select r.id from core.redeliveries r
    where r.subscription_id = lane.subscription_id and r.aggregate_id in (select d.aggregate_id from due d)
      and r.dead_at is null and r.replayed = lease_redeliveries.replayed
    order by r.position, r.id
    limit room
  ), leased as (
    update core.redeliveries r set attempts = r.attempts + 1, lease_token = token
    from chosen c where r.id = c.id
    returning r.*
  )
  select l.* from leased l order by l.position, l.id;
end;
$$;
comment on function core.lease_redeliveries(core.lanes, uuid, int, boolean) is
  'Hands out what is due again, each aggregate''s in order.';

create function core.take_back(lane core.lanes, subscription public.subscriptions) returns core.lanes
language plpgsql volatile
set search_path = ''
as $$
declare
  event core.events;
begin
  if lane.redelivering > 0 then
    -- The first of each aggregate may be what killed the worker; those behind it were not reached.
    with abandoned as (
      select r.id, row_number() over (partition by r.aggregate_id, r.replayed order by r.position, r.id) = 1 as first
      from core.redeliveries r
      where r.subscription_id = lane.subscription_id and r.lease_token = lane.lease_token
    )
    update core.redeliveries r set
      lease_token = null,
      attempts = case when a.first then r.attempts else r.attempts - 1 end,
      run_at = case when a.first then now() + core.back_off(r.attempts) else 'infinity' end,
      last_error = case when a.first then coalesce(r.last_error, 'the lease ended') else r.last_error end,
      dead_at = case when a.first and r.attempts >= subscription.max_attempts then now() end
    from abandoned a where r.id = a.id;
    perform core.unpark(lane.subscription_id, array(
      select r.aggregate_id from core.redeliveries r where r.subscription_id = lane.subscription_id and r.dead_at = now()), replayed)
    from (values (false), (true)) v (replayed);
  end if;
  -- What keeps killing its worker is found by halving the claim, and then waits alone.
  if lane.claimed = 1 and lane.attempts >= least(3, subscription.max_attempts) then
    select e.* into event from core.events e where e.id = lane.pending[1];
    if event.id is not null then
      perform core.set_aside(lane, subscription, event, 'the lease ended', now() + core.back_off(lane.attempts), false);
    end if;
    lane.pending := array(
      select p.id from unnest(lane.pending[2:]) with ordinality p (id, n)
      where not exists (
        select from core.redeliveries r
        where r.subscription_id = lane.subscription_id and r.event_id = p.id and r.replay_id is null)
      order by p.n);
    lane.attempts := 0;
  end if;
  lane.redelivering := 0;
  lane.lease_token := null;
  lane.leased_until := null;
  return lane;
end;
$$;
comment on function core.take_back(core.lanes, public.subscriptions) is 'Makes what an ended lease held claimable again.';
