-- Upkeep of subscriptions, as part of the event log's: moving to another cluster, and falling behind the log.
--
-- core.rebase_event_log and core.expire_events call these.

create function core.rebase_lanes() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into core.redeliveries (subscription_id, member, event_id, aggregate_id, position, event, run_at)
  select l.subscription_id, l.member, e.id, e.aggregate_id, e.position, core.cloud_event(e), 'infinity'
  from core.lanes l
  join public.subscriptions s on s.id = l.subscription_id
  left join core.ticks t on t.id = l.acked_tick_id
  join core.events e on e.type like any (s.patterns)
    and (s.organization_id is null or e.organization_id = s.organization_id)
    and core.member_of(e.aggregate_id, s.members) = l.member
    and (
      t.id is null
      or not pg_visible_in_snapshot(e.transaction_id, t.snapshot)
      or e.recorded_at > t.created_at - interval '1 minute'
    )
  order by e.position
  on conflict on constraint once_an_event do nothing;
  -- Whoever held a claim has lost it: its events come again.
  update core.redeliveries r set lease_token = null where r.lease_token is not null;
  update core.lanes l set to_tick_id = null, position = 0, end_position = null, pending = '{}', claimed = 0, redelivering = 0,
    attempts = 0, lease_token = null, leased_until = null;
  perform core.unpark(s.id, array(
    select distinct r.aggregate_id from core.redeliveries r
    where r.subscription_id = s.id and r.dead_at is null and r.replayed = v.replayed), v.replayed)
  from public.subscriptions s, (values (false), (true)) v (replayed);
end;
$$;
comment on function core.rebase_lanes() is 'Makes redeliveries of what the lanes of subscriptions had not delivered.';

create function core.leave_behind(keep interval) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  boundary core.ticks;
  lane core.lanes;
  subscription public.subscriptions;
  left_behind int := 0;
begin
  select t.* into boundary from core.ticks t where t.created_at < now() - keep order by t.id desc limit 1;
  for lane in
    select l.* from core.lanes l
    join public.subscriptions s on s.id = l.subscription_id
    where s.status <> 'behind' and l.acked_tick_id < boundary.id
    order by l.subscription_id, l.member
  loop
    select s.* into subscription from public.subscriptions s where s.id = lane.subscription_id;
    continue when subscription.status = 'behind';
    if (core.lane_lag(lane, subscription, 1, boundary)).events > 0 then
      perform core.set_subscription_status(subscription.id, 'behind', 'It was not read for longer than the log is kept.');
      left_behind := left_behind + 1;
    else
      -- Nobody came for it, and there was nothing to come for.
      update core.lanes l set acked_tick_id = boundary.id, tick_id = boundary.id, to_tick_id = null, position = 0, end_position = null
      where l.subscription_id = lane.subscription_id and l.member = lane.member
        and l.acked_tick_id = lane.acked_tick_id and l.claimed_at = lane.claimed_at and l.pending = '{}';
    end if;
  end loop;
  return left_behind;
end;
$$;
comment on function core.leave_behind(interval) is
  'Marks the subscriptions with something undelivered that is older than this: the log waits for them no more.';

create function core.note_missed(partition regclass) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  subscription public.subscriptions;
  newly_missed bigint;
  first_at timestamptz;
  last_at timestamptz;
begin
  for subscription in select s.* from public.subscriptions s where s.status = 'behind' order by s.id loop
    execute format($query$
      select count(*), min(e.recorded_at), max(e.recorded_at)
      from core.lanes l
      join core.ticks t on t.id = l.acked_tick_id
      join %s e on not pg_visible_in_snapshot(e.transaction_id, t.snapshot)
        and core.member_of(e.aggregate_id, $1) = l.member
      where l.subscription_id = $2 and e.type like any ($3) and ($4 is null or e.organization_id = $4)
    $query$, partition) into newly_missed, first_at, last_at
      using subscription.members, subscription.id, subscription.patterns, subscription.organization_id;
    continue when newly_missed = 0;
    update public.subscriptions s set
      missed_from = least(s.missed_from, first_at),
      missed_to = greatest(s.missed_to, last_at),
      missed_events = s.missed_events + newly_missed
    where s.id = subscription.id;
  end loop;
end;
$$;
comment on function core.note_missed(regclass) is
  'Before a month is dropped: notes on each subscription that is behind what it will have missed.';

-- standing -----------------------------------------------------------------------------------------------------------

-- What is others' is not read: whoever founds an organization could have all of the log read for each of 64 lanes.
create function core.lane_lag_of_organization(
  lane core.lanes,
  subscription public.subscriptions,
  most int,
  from_tick core.ticks,
  middle core.ticks,
  to_tick core.ticks,
  out events int,
  out oldest timestamptz
)
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  -- Nobody whom from_tick did not see has a position up to this one, but those that were in progress (see 000740).
  floor bigint := coalesce((
    select t.position from core.ticks t
    where t.id <= from_tick.id and t.transaction_id < pg_snapshot_xmax(from_tick.snapshot)
    order by t.id desc limit 1), 0);
  in_progress xid8[] := array(select pg_snapshot_xip(from_tick.snapshot)) || from_tick.transaction_id;
begin
  select count(*), min(u.recorded_at) into events, oldest from (
    select w.recorded_at from (
      (
        select e.position, e.recorded_at from core.events e
        -- As a pair, and sorted by what is no column: else the planner may walk the whole log by position.
        where e.organization_id = subscription.organization_id
          and (e.organization_id, e.position) > (subscription.organization_id, floor)
          and (not pg_visible_in_snapshot(e.transaction_id, from_tick.snapshot) or e.transaction_id = from_tick.transaction_id)
          and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
          and (e.position > lane.position or not pg_visible_in_snapshot(e.transaction_id, middle.snapshot) or e.transaction_id = middle.transaction_id)
          and e.type like any (subscription.patterns)
          and core.member_of(e.aggregate_id, subscription.members) = lane.member
        order by e.position + 0
        limit most
      )
      union all
      select e.position, e.recorded_at from core.events e
      where e.transaction_id = any (in_progress) and e.position + 0 <= floor
        and uuid_hash(e.organization_id) = uuid_hash(subscription.organization_id) and e.organization_id = subscription.organization_id
        and pg_visible_in_snapshot(e.transaction_id, to_tick.snapshot) and e.transaction_id <> to_tick.transaction_id
        and (e.position > lane.position or not pg_visible_in_snapshot(e.transaction_id, middle.snapshot) or e.transaction_id = middle.transaction_id)
        and e.type like any (subscription.patterns)
        and core.member_of(e.aggregate_id, subscription.members) = lane.member
      union all
      select e.position, e.recorded_at from core.events e
      where e.id = any (lane.pending) and e.organization_id = subscription.organization_id
        and e.type like any (subscription.patterns)
        and core.member_of(e.aggregate_id, subscription.members) = lane.member
    ) w
    order by w.position
    limit most
  ) u;
end;
$$;
comment on function core.lane_lag_of_organization(core.lanes, public.subscriptions, int, core.ticks, core.ticks, core.ticks) is
  'core.lane_lag, by the organization''s own events.';
