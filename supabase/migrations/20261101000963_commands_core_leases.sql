-- The kernel of delivery, 2: claim, acknowledge, refuse, prolong.

-- Nothing but names, ids and numbers stands unescaped. Written as text, a document costs less than half of what it does as
-- jsonb, and a claim is mostly documents.
create function core.cloud_events_json(events core.events[]) returns json[]
language plpgsql stable
set search_path = ''
as $$
begin
  return array(select concat(
    '{"specversion":"1.0","id":"', event.id,
    '","source":', case
      when event.source is not null then to_json('/services/' || event.source)::text
      when event.organization_id is not null then '"/organizations/' || event.organization_id || '"'
      else '"/platform"'
    end,
    ',"type":"', event.type,
    '","subject":"', event.aggregate_type, '/', event.aggregate_id,
    '","time":', to_json(event.recorded_at),
    ',"datacontenttype":"application/json","dataschema":"urn:almanac:event:', event.type, ':', event.type_version,
    '","organizationid":"' || event.organization_id,
    '","aggregatetype":"', event.aggregate_type,
    '","aggregateid":"', event.aggregate_id,
    '","aggregateversion":', event.version,
    ',"actorid":"' || event.actor_id || '"',
    ',"actorkind":"', event.actor_kind,
    '","correlationid":"', event.correlation_id,
    '","causationid":"' || event.causation_id,
    '","traceparent":"' || event.traceparent,
    '","data":', event.data, '}')::json from unnest(events) event);
end;
$$;
comment on function core.cloud_events_json(core.events[]) is 'What core.cloud_event says of each, as text.';

create function core.has_work(subscription_id uuid) returns boolean
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
begin
  return (
      select 1 from core.lanes l
      where l.subscription_id = has_work.subscription_id
        and (l.tick_id < (select t.id from core.ticks t order by t.id desc limit 1) or l.to_tick_id is not null or l.pending <> '{}')
      limit 1
    ) is not null
    or (
      select 1 from core.redeliveries r where r.subscription_id = has_work.subscription_id and r.dead_at is null limit 1
    ) is not null
    or (
      select 1 from core.replays p where p.subscription_id = has_work.subscription_id and p.finished_at is null limit 1
    ) is not null;
end;
$$;
comment on function core.has_work(uuid) is 'Whether a lane of the subscription may have something to hand out.';

create function core.claim_events(
  subscription_id uuid,
  member int default null,
  max_events int default 100,
  lease_seconds int default 60
) returns table (
  event_id uuid,
  event json,
  attempt int,
  replayed boolean,
  lane int,
  lease_token uuid,
  leased_until timestamptz
)
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
  subscription public.subscriptions;
  was core.lanes;
  mine core.lanes;
  reading core.lane_reading;
  fresh core.events[];
  again core.redeliveries[];
  something_failed boolean;
  something_to_replay boolean;
  tried int[] := '{}';
  token uuid := gen_random_uuid();
  until timestamptz := now() + make_interval(secs => claim_events.lease_seconds);
  room int;
begin
  if max_events not between 1 and 1000 or lease_seconds not between 1 and 3600 then
    perform core.raise_error(422, 'invalid_input', 'Claim 1 to 1000 events for 1 to 3600 seconds.');
  end if;
  -- Whoever asks in vain locks nothing and waits for no commit.
  if not core.has_work(claim_events.subscription_id) and core.tick() is null then
    return;
  end if;
  loop
    -- Whichever was claimed longest ago and is free: no lane waits for another's events.
    select l.* into was from core.lanes l
    where l.subscription_id = claim_events.subscription_id
      and (claim_events.member is null or l.member = claim_events.member)
      and l.member <> all (tried)
      and (l.leased_until is null or l.leased_until <= now())
    order by l.claimed_at, l.member
    limit 1
    for update skip locked;
    exit when not found;
    -- Read behind the lane's lock: the number of members changes under all of them.
    select s.* into subscription from public.subscriptions s where s.id = was.subscription_id and s.status = 'active';
    exit when not found;
    tried := tried || was.member;
    mine := case when was.lease_token is null then was else core.take_back(was, subscription) end;

    -- Nearly always there is none of this.
    something_failed := (
      select 1 from core.redeliveries r
      where r.subscription_id = was.subscription_id and r.member = was.member and not r.replayed and r.dead_at is null limit 1
    ) is not null;
    something_to_replay := core.has_replays(was);
    again := '{}';
    if something_failed then
      again := array(select r from core.lease_redeliveries(mine, token, max_events, false) r);
    end if;
    room := max_events - cardinality(again);
    -- Replays have a quarter of each claim to themselves.
    if something_to_replay then
      room := least(room, greatest(max_events * 3 / 4, 1) - cardinality(again));
    end if;

    fresh := '{}';
    if cardinality(mine.pending) > 0 then
      mine.attempts := mine.attempts + 1;
      mine.claimed := least(
        greatest(room, 0),
        case when mine.attempts > 1 then greatest(mine.claimed / 2, 1) else max_events end,
        cardinality(mine.pending));
      fresh := array(select e from core.events e where e.id = any (mine.pending[:mine.claimed]) order by e.position);
      -- An event that the log has dropped meanwhile is pending no more.
      mine.pending := array(select e.id from unnest(fresh) e) || mine.pending[mine.claimed + 1:];
    elsif room > 0 then
      reading := core.next_events(mine, subscription, room, something_failed);
      mine := reading.lane;
      fresh := reading.events;
    end if;
    mine.claimed := cardinality(fresh);

    room := max_events - cardinality(again) - cardinality(fresh);
    if something_to_replay and room > 0 then
      again := again || array(select r from core.replay_next(mine, subscription, token, room) r);
    end if;
    mine.redelivering := cardinality(again);

    -- A claim of nothing writes nothing, unless the lane has moved on.
    continue when mine.claimed + mine.redelivering = 0 and mine is not distinct from was;
    update core.lanes l set
      acked_tick_id = case when cardinality(mine.pending) = 0 then mine.tick_id else mine.acked_tick_id end,
      tick_id = mine.tick_id,
      to_tick_id = mine.to_tick_id,
      position = mine.position,
      end_position = mine.end_position,
      pending = mine.pending,
      claimed = mine.claimed,
      redelivering = mine.redelivering,
      attempts = case when mine.claimed > 0 then mine.attempts when cardinality(mine.pending) > 0 then was.attempts else 0 end,
      lease_token = case when mine.claimed + mine.redelivering > 0 then token end,
      leased_until = case when mine.claimed + mine.redelivering > 0 then until end,
      claimed_at = clock_timestamp()
    where l.subscription_id = mine.subscription_id and l.member = mine.member;
    continue when mine.claimed + mine.redelivering = 0;

    return query
    select a.event_id, a.event::json, a.attempts, false, mine.member, token, until from unnest(again) a where not a.replayed
    union all
    select f.id, f.document, mine.attempts, false, mine.member, token, until
    from unnest(mine.pending[:mine.claimed], core.cloud_events_json(fresh)) f (id, document)
    union all
    select a.event_id, a.event::json, a.attempts, true, mine.member, token, until from unnest(again) a where a.replayed;
    return;
  end loop;
end;
$$;
comment on function core.claim_events(uuid, int, int, int) is
  'Leases a free lane and hands out its next events: due redeliveries, then the log, then replays. None: nothing is leased.';

create function core.raise_claim_lost() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.raise_error(409, 'lease_lost', 'The lease of this claim has ended and its events went to another worker.');
end;
$$;
comment on function core.raise_claim_lost() is 'Tells a worker that it overslept.';

create function core.ack_events(subscription_id uuid, lease_token uuid, event_ids uuid[] default null) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  lane core.lanes;
  kept uuid[];
  acked uuid[];
begin
  -- A whole claim without redeliveries, which is nearly all: one row, one statement.
  if event_ids is null then
    update core.lanes l set
      acked_tick_id = case when cardinality(l.pending) = l.claimed then l.tick_id else l.acked_tick_id end,
      pending = l.pending[l.claimed + 1:],
      claimed = 0,
      attempts = 0,
      lease_token = null,
      leased_until = null,
      settled_token = l.lease_token
    where l.subscription_id = ack_events.subscription_id and l.lease_token = ack_events.lease_token and l.redelivering = 0
    returning l.* into lane;
    if found then
      -- Ticks are made one at a time, each held until its commit: better in this short transaction than in the next claim.
      if lane.to_tick_id is null and lane.pending = '{}' and lane.tick_id = (select t.id from core.ticks t order by t.id desc limit 1) then
        perform core.tick();
      end if;
      return 0;
    end if;
  end if;
  lane := core.leased_lane(subscription_id, lease_token);
  if lane.lease_token is null then
    return 0;
  end if;

  kept := case when event_ids is not null then
    array(select p.id from unnest(lane.pending[:lane.claimed]) with ordinality p (id, n) where p.id <> all (event_ids) order by p.n)
  else '{}' end;
  lane.pending := kept || lane.pending[lane.claimed + 1:];
  lane.claimed := cardinality(kept);
  if lane.redelivering > 0 then
    with gone as (
      delete from core.redeliveries r
      where r.subscription_id = ack_events.subscription_id and r.lease_token = ack_events.lease_token
        and (event_ids is null or r.event_id = any (event_ids))
      returning r.aggregate_id, r.replayed
    )
    select array_agg(g.aggregate_id order by g.replayed) into acked from gone g;
    lane.redelivering := lane.redelivering - coalesce(cardinality(acked), 0);
    perform core.unpark(subscription_id, acked, false), core.unpark(subscription_id, acked, true);
  end if;
  return core.put_lane(lane);
end;
$$;
comment on function core.ack_events(uuid, uuid, uuid[]) is
  'Ends the delivery of a claim''s events, all of them or these; returns how many it still holds. Twice is once.';

create function core.leased_lane(subscription_id uuid, lease_token uuid) returns core.lanes
language plpgsql volatile
set search_path = ''
as $$
declare
  lane core.lanes;
begin
  select l.* into lane from core.lanes l
  where l.subscription_id = leased_lane.subscription_id and l.lease_token = leased_lane.lease_token
  for update;
  if not found and not exists (
    select from core.lanes l
    where l.subscription_id = leased_lane.subscription_id and l.settled_token = leased_lane.lease_token
  ) then
    perform core.raise_claim_lost();
  end if;
  return lane;
end;
$$;
comment on function core.leased_lane(uuid, uuid) is
  'The lane under a lease, locked: one that ran out counts while nobody else has claimed. Null when all of it is settled.';

create function core.put_lane(lane core.lanes) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  held int := lane.claimed + lane.redelivering;
begin
  update core.lanes l set
    acked_tick_id = case when cardinality(lane.pending) = 0 then l.tick_id else l.acked_tick_id end,
    pending = lane.pending,
    claimed = lane.claimed,
    redelivering = lane.redelivering,
    attempts = case when lane.claimed = 0 then 0 else l.attempts end,
    lease_token = case when held > 0 then l.lease_token end,
    leased_until = case when held > 0 then l.leased_until end,
    settled_token = case when held > 0 then l.settled_token else l.lease_token end
  where l.subscription_id = lane.subscription_id and l.member = lane.member;
  return held;
end;
$$;
comment on function core.put_lane(core.lanes) is
  'Writes what a lease still holds, and ends it when that is nothing; returns how much it is.';

create function core.extend_events(subscription_id uuid, lease_token uuid, seconds int) returns timestamptz
language plpgsql volatile
set search_path = ''
as $$
declare
  new_end timestamptz;
begin
  update core.lanes l set leased_until = now() + make_interval(secs => least(greatest(seconds, 1), 3600))
  where l.subscription_id = extend_events.subscription_id and l.lease_token = extend_events.lease_token
  returning l.leased_until into new_end;
  if not found then
    perform core.raise_claim_lost();
  end if;
  return new_end;
end;
$$;
comment on function core.extend_events(uuid, uuid, int) is 'Prolongs a claim, counted from now; returns its new end.';
