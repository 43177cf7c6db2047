-- The kernel of delivery, 3: events that failed, those of their aggregate behind them, and replays.

create function core.waiting_aggregates(lane core.lanes) returns uuid[]
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  return array(
    select distinct r.aggregate_id from core.redeliveries r
    where r.subscription_id = lane.subscription_id and r.member = lane.member and not r.replayed and r.dead_at is null);
end;
$$;
comment on function core.waiting_aggregates(core.lanes) is 'The aggregates of a lane with an event that is to come again.';

create function core.park(lane core.lanes, events core.events[]) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  insert into core.redeliveries (subscription_id, member, event_id, aggregate_id, position, event, run_at)
  select lane.subscription_id, lane.member, e.id, e.aggregate_id, e.position, core.cloud_event(e), 'infinity'
  from unnest(events) e
  on conflict on constraint once_an_event do nothing;
end;
$$;
comment on function core.park(core.lanes, core.events[]) is 'Lets events wait for the earlier ones of their aggregates.';

create function core.next_events(lane core.lanes, subscription public.subscriptions, room int, something_waits boolean)
returns core.lane_reading
language plpgsql volatile
set search_path = ''
as $$
declare
  reading core.lane_reading;
  events core.events[];
  waiting uuid[];
begin
  loop
    reading := core.read_lane(lane, subscription, room);
    lane := reading.lane;
    events := reading.events;
    exit when cardinality(events) = 0 or not something_waits;
    waiting := core.waiting_aggregates(lane);
    perform core.park(lane, array(select e from unnest(events) e where e.aggregate_id = any (waiting)));
    events := array(select e from unnest(events) e where e.aggregate_id <> all (waiting));
    exit when cardinality(events) > 0;
  end loop;
  lane.attempts := 1;
  lane.pending := array(select e.id from unnest(events) e);
  return row(lane, events)::core.lane_reading;
end;
$$;
comment on function core.next_events(core.lanes, public.subscriptions, int, boolean) is
  'Next events of a lane, made pending; those of aggregates that wait for an earlier one are parked.';

create function core.set_aside(
  lane core.lanes,
  subscription public.subscriptions,
  event core.events,
  error text,
  run_at timestamptz,
  dead boolean
) returns uuid[]
language plpgsql volatile
set search_path = ''
as $$
declare
  behind core.events[];
begin
  dead := dead or lane.attempts >= subscription.max_attempts;
  insert into core.redeliveries as r
    (subscription_id, member, event_id, aggregate_id, position, event, attempts, run_at, last_error, dead_at)
  values (subscription.id, lane.member, event.id, event.aggregate_id, event.position, core.cloud_event(event),
    greatest(lane.attempts, 1), set_aside.run_at, left(error, 2000), case when dead then now() end)
  on conflict on constraint once_an_event do update
    set attempts = excluded.attempts, run_at = excluded.run_at, last_error = excluded.last_error, dead_at = excluded.dead_at;
  if dead then
    return '{}';
  end if;
  behind := array(
    select e from core.events e
    where e.aggregate_id = event.aggregate_id and e.version > event.version and e.id = any (lane.pending));
  perform core.park(lane, behind);
  return array(select e.id from unnest(behind) e order by e.position);
end;
$$;
comment on function core.set_aside(core.lanes, public.subscriptions, core.events, text, timestamptz, boolean) is
  'Makes a pending event a redelivery and parks what is pending behind it; returns the ids of those.';

create function core.nack_events(
  subscription_id uuid,
  lease_token uuid,
  event_id uuid,
  error text,
  retry_after interval default null,
  dead boolean default false
) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  subscription public.subscriptions;
  lane core.lanes := core.leased_lane(nack_events.subscription_id, nack_events.lease_token);
  failed core.redeliveries;
  event core.events;
  parked uuid[] := '{}';
begin
  select s.* into strict subscription from public.subscriptions s where s.id = nack_events.subscription_id;
  if array_position(lane.pending[:lane.claimed], nack_events.event_id) is not null then
    select e.* into strict event from core.events e where e.id = nack_events.event_id;
    parked := core.set_aside(lane, subscription, event, error,
      now() + least(coalesce(retry_after, core.back_off(lane.attempts)), interval '7 days'), nack_events.dead);
    lane.claimed := (
      select count(*) from unnest(lane.pending[:lane.claimed]) p (id) where p.id <> event.id and p.id <> all (parked));
    lane.pending := array(
      select p.id from unnest(lane.pending) with ordinality p (id, n)
      where p.id <> event.id and p.id <> all (parked) order by p.n);
    select r.* into strict failed from core.redeliveries r
    where r.subscription_id = subscription.id and r.event_id = nack_events.event_id and r.replay_id is null;
  else
    select r.* into failed from core.redeliveries r
    where r.subscription_id = subscription.id and r.event_id = nack_events.event_id and r.lease_token = nack_events.lease_token
    order by r.id
    limit 1;
    if not found then
      perform core.raise_error(404, 'not_found', 'This claim does not hold this event, or no more.');
    end if;
    update core.redeliveries r set
      lease_token = null,
      run_at = now() + least(coalesce(retry_after, core.back_off(r.attempts)), interval '7 days'),
      last_error = left(error, 2000),
      dead_at = case when nack_events.dead or r.attempts >= subscription.max_attempts then now() end
    where r.id = failed.id
    returning r.* into failed;
    if failed.dead_at is null then
      with taken_back as (
        update core.redeliveries r set lease_token = null, run_at = 'infinity', attempts = r.attempts - 1
        where r.subscription_id = subscription.id and r.lease_token = nack_events.lease_token
          and r.aggregate_id = failed.aggregate_id and r.replayed = failed.replayed and r.position > failed.position
        returning r.event_id, r.position
      )
      select coalesce(array_agg(t.event_id order by t.position), '{}') into parked from taken_back t;
    else
      perform core.unpark(subscription.id, array[failed.aggregate_id], failed.replayed);
    end if;
    lane.redelivering := lane.redelivering - 1 - cardinality(parked);
  end if;
  return jsonb_build_object(
    'event_id', failed.event_id,
    'status', case when failed.dead_at is null then 'waiting' else 'dead' end,
    'attempts', failed.attempts,
    'run_at', case when failed.dead_at is null then failed.run_at end,
    'parked', to_jsonb(parked),
    'remaining', core.put_lane(lane));
end;
$$;
comment on function core.nack_events(uuid, uuid, uuid, text, interval, boolean) is
  'Says that the delivery of an event failed: it comes again later, or is dead. `parked`: the later ones of its aggregate, '
  'which the claim holds no more.';

-- replays ------------------------------------------------------------------------------------------------------------

create function core.has_replays(lane core.lanes) returns boolean
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  return (select 1 from core.replays r where r.subscription_id = lane.subscription_id and r.finished_at is null limit 1) is not null
    or (
      select 1 from core.redeliveries r
      where r.subscription_id = lane.subscription_id and r.member = lane.member and r.replayed and r.dead_at is null limit 1
    ) is not null;
end;
$$;
comment on function core.has_replays(core.lanes) is 'Whether a lane has something to replay.';

create function core.replay_next(lane core.lanes, subscription public.subscriptions, token uuid, room int)
returns setof core.redeliveries
language plpgsql volatile
set search_path = ''
as $$
declare
  replay core.replays;
  events core.events[];
  sent int;
begin
  return query select r.* from core.lease_redeliveries(lane, token, room, true) r;
  get diagnostics sent = row_count;
  if sent >= room then
    return;
  end if;
  -- A piece at a time: a replay of a year is not a year of rows. Which lane takes it up is all the same.
  select r.* into replay from core.replays r
  where r.subscription_id = subscription.id and r.finished_at is null
  order by r.id
  limit 1
  for update skip locked;
  if not found then
    return;
  end if;
  events := core.read_replay(replay, subscription, 1000);
  insert into core.redeliveries (subscription_id, member, event_id, aggregate_id, position, replay_id, event, run_at)
  select subscription.id, core.member_of(e.aggregate_id, subscription.members), e.id, e.aggregate_id, e.position, replay.id,
    core.cloud_event(e), 'infinity'
  from unnest(events) e;
  perform core.unpark(subscription.id, array(select distinct e.aggregate_id from unnest(events) e), true);
  update core.replays r set
    position = case when cardinality(events) > 0 then (events[cardinality(events)]).position else r.position end,
    sent = r.sent + cardinality(events),
    finished_at = case when cardinality(events) < 1000 then now() end
  where r.id = replay.id;
  return query select r.* from core.lease_redeliveries(lane, token, room - sent, true) r;
end;
$$;
comment on function core.replay_next(core.lanes, public.subscriptions, uuid, int) is
  'Hands out what is to be replayed, and takes up the next piece of it.';

create function core.read_replay(replay core.replays, subscription public.subscriptions, room int) returns core.events[]
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  if subscription.organization_id is not null then
    return array(
      select e from core.events e
      where e.organization_id = subscription.organization_id and e.position > replay.position
        and e.recorded_at >= replay.starts_at and e.recorded_at < replay.ends_at
        and e.type like any (replay.patterns) and e.type like any (subscription.patterns)
      order by e.position
      limit room);
  end if;
  return array(
    select e from core.events e
    where e.position > replay.position
      and e.recorded_at >= replay.starts_at and e.recorded_at < replay.ends_at
      and e.type like any (replay.patterns) and e.type like any (subscription.patterns)
    order by e.position
    limit room);
end;
$$;
comment on function core.read_replay(core.replays, public.subscriptions, int) is 'The next events of a replay.';
