-- What readers of subscriptions call, and what those who look after them do: dead letters, redriving, replays, standing.

-- reading ------------------------------------------------------------------------------------------------------------

create function core.pulled_subscription(subscription_id uuid) returns public.subscriptions
language plpgsql stable
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'events.read');
begin
  if subscription.delivery <> 'pull' then
    perform core.raise_error(409, 'subscription_is_pushed', 'The platform delivers the events of this subscription itself.');
  end if;
  return subscription;
end;
$$;
comment on function core.pulled_subscription(uuid) is 'A subscription whose events the caller may claim.';

create function core.pull_events(
  subscription_id uuid,
  member int default null,
  max_events int default 100,
  lease_seconds int default 60
) returns json
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.pulled_subscription(subscription_id);
  answer json;
begin
  if subscription.status <> 'active' then
    perform core.raise_error(409, 'subscription_not_active', 'The subscription delivers nothing until it is resumed.',
      jsonb_build_object('subscription_status', subscription.status));
  elsif member not between 0 and subscription.members - 1 then
    perform core.raise_error(422, 'invalid_input', 'The subscription has no such member.',
      jsonb_build_object('field', 'member', 'members', subscription.members));
  end if;
  -- Put together as text: functions of json copy each document again at each level.
  select concat(
    '{"member":', coalesce(min(c.lane)::text, 'null'),
    ',"lease_token":', coalesce(to_json((array_agg(c.lease_token))[1])::text, 'null'),
    ',"leased_until":', coalesce(to_json(min(c.leased_until))::text, 'null'),
    ',"events":[', string_agg(
      concat('{"event":', c.event, ',"attempt":', c.attempt, case when c.replayed then ',"replayed":true}' else ',"replayed":false}' end), ','
    ), ']}')
  into answer
  from core.claim_events(subscription_id, member, max_events, lease_seconds) c;
  return answer;
end;
$$;
comment on function core.pull_events(uuid, int, int, int) is 'See public.claim_events.';
grant execute on function core.pull_events(uuid, int, int, int) to authenticated, service_role;

create function core.ack_pulled(subscription_id uuid, lease_token uuid, event_ids uuid[] default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.pulled_subscription(subscription_id);
  if cardinality(event_ids) > 1000 then
    perform core.raise_error(422, 'invalid_input', 'A claim holds 1000 events at most.', '{"field": "event_ids"}');
  end if;
  return jsonb_build_object('remaining', core.ack_events(subscription_id, lease_token, event_ids));
end;
$$;
comment on function core.ack_pulled(uuid, uuid, uuid[]) is 'See public.ack_events.';
grant execute on function core.ack_pulled(uuid, uuid, uuid[]) to authenticated, service_role;

create function core.nack_pulled(
  subscription_id uuid,
  lease_token uuid,
  event_id uuid,
  error text default null,
  retry_after_seconds int default null,
  dead boolean default false
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.pulled_subscription(subscription_id);
  if retry_after_seconds not between 0 and 604800 then
    perform core.raise_error(422, 'invalid_input', 'Try again within a week.', '{"field": "retry_after_seconds"}');
  end if;
  return core.nack_events(subscription_id, lease_token, event_id, error, make_interval(secs => retry_after_seconds),
    coalesce(dead, false));
end;
$$;
comment on function core.nack_pulled(uuid, uuid, uuid, text, int, boolean) is 'See public.nack_events.';
grant execute on function core.nack_pulled(uuid, uuid, uuid, text, int, boolean) to authenticated, service_role;

create function core.extend_pulled(subscription_id uuid, lease_token uuid, seconds int) returns timestamptz
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.pulled_subscription(subscription_id);
  return core.extend_events(subscription_id, lease_token, seconds);
end;
$$;
comment on function core.extend_pulled(uuid, uuid, int) is 'See public.extend_events.';
grant execute on function core.extend_pulled(uuid, uuid, int) to authenticated, service_role;

-- dead letters -------------------------------------------------------------------------------------------------------

create function core.dead_letters(subscription_id uuid, before_id bigint default null, page_size int default 100)
returns table (id bigint, event jsonb, attempts int, last_error text, replayed boolean, dead_at timestamptz)
language plpgsql stable security definer
set search_path = ''
as $$
#variable_conflict use_column
begin
  perform core.subscription_for(subscription_id, 'events.read');
  return query
  select r.id, r.event, r.attempts, r.last_error, r.replayed, r.dead_at from core.redeliveries r
  where r.subscription_id = dead_letters.subscription_id and r.dead_at is not null and (before_id is null or r.id < before_id)
  order by r.id desc
  limit least(greatest(page_size, 1), 501);
end;
$$;
comment on function core.dead_letters(uuid, bigint, int) is 'See public.list_dead_letters.';
grant execute on function core.dead_letters(uuid, bigint, int) to authenticated, service_role;

create function core.redrive_dead_letters(subscription_id uuid, event_ids uuid[] default null, idempotency_key text default null)
returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'subscriptions.manage');
  answer jsonb;
  aggregates uuid[];
  redriven int;
begin
  answer := core.recall('redrive_dead_letters', subscription_id, idempotency_key, to_jsonb(event_ids));
  if answer is not null then
    return answer;
  end if;
  perform core.lock_stream(subscription_id);
  perform from core.lanes l where l.subscription_id = redrive_dead_letters.subscription_id order by l.member for update;
  with revived as (
    update core.redeliveries r set dead_at = null, attempts = 0, run_at = 'infinity'
    where r.subscription_id = redrive_dead_letters.subscription_id and r.dead_at is not null
      and (event_ids is null or r.event_id = any (event_ids))
    returning r.aggregate_id
  )
  select count(*), array_agg(distinct v.aggregate_id) into redriven, aggregates from revived v;
  -- Those that waited for another attempt are behind it now.
  update core.redeliveries r set run_at = 'infinity'
  where r.subscription_id = redrive_dead_letters.subscription_id and r.aggregate_id = any (aggregates)
    and r.dead_at is null and r.lease_token is null;
  perform core.unpark(subscription_id, aggregates, false), core.unpark(subscription_id, aggregates, true);
  if redriven > 0 then
    perform core.append_event(subscription.organization_id, 'subscription', subscription_id, 'subscription.redriven',
      core.subscription_event(subscription) || jsonb_build_object('events', redriven));
    perform core.audit(subscription.organization_id, 'subscription.redrive', 'subscription', subscription_id, null,
      jsonb_build_object('event_ids', event_ids, 'events', redriven));
  end if;
  return core.keep('redrive_dead_letters', subscription_id, idempotency_key, jsonb_build_object('redriven', redriven));
end;
$$;
comment on function core.redrive_dead_letters(uuid, uuid[], text) is 'See public.redrive_dead_letters.';
grant execute on function core.redrive_dead_letters(uuid, uuid[], text) to authenticated, service_role;

create function core.replay_events(
  subscription_id uuid,
  starts_at timestamptz,
  ends_at timestamptz default null,
  types text[] default null,
  idempotency_key text default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'subscriptions.manage');
  answer jsonb;
  created core.replays;
begin
  perform core.require(subscription.organization_id, 'events.read');
  answer := core.recall('replay_events', subscription_id, idempotency_key,
    jsonb_build_object('starts_at', starts_at, 'ends_at', ends_at, 'types', types));
  if answer is not null then
    return answer;
  end if;
  if types is not null then
    perform core.check_type_patterns(types);
  end if;
  ends_at := least(coalesce(ends_at, now()), now());
  if starts_at is null or not isfinite(starts_at) or ends_at <= starts_at then
    perform core.raise_error(422, 'invalid_input', 'A replay is of the past, and begins before it ends.', '{"field": "starts_at"}');
  end if;
  perform core.lock_stream(subscription_id);
  if (select count(*) from core.replays r where r.subscription_id = replay_events.subscription_id and r.finished_at is null) >= 10 then
    perform core.raise_error(409, 'too_many_replays', 'Let the replays under way finish first.', '{"maximum": 10}');
  end if;
  insert into core.replays (subscription_id, starts_at, ends_at, types, position)
  values (subscription_id, starts_at, ends_at, coalesce(types, subscription.types),
    -- An id and a position are taken at the same moment: no event of the range lies before this one.
    coalesce((
      select min(e.position) - 1 from (
        select f.position from core.events f where f.id >= core.first_uuid_at(starts_at - interval '10 minutes') order by f.id limit 100
      ) e), 0))
  returning * into created;
  perform core.append_event(subscription.organization_id, 'subscription', subscription_id, 'subscription.replayed',
    core.subscription_event(subscription) || jsonb_build_object('from', starts_at, 'to', ends_at));
  perform core.audit(subscription.organization_id, 'subscription.replay', 'subscription', subscription_id, null, to_jsonb(created));
  return core.keep('replay_events', subscription_id, idempotency_key, core.replay_document(created));
end;
$$;
comment on function core.replay_events(uuid, timestamptz, timestamptz, text[], text) is 'See public.replay_events.';
grant execute on function core.replay_events(uuid, timestamptz, timestamptz, text[], text) to authenticated, service_role;

create function core.first_uuid_at(moment timestamptz) returns uuid
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  return (lpad(to_hex(greatest(extract(epoch from moment) * 1000, 0)::bigint), 12, '0') || '00000000000000000000')::uuid;
end;
$$;
comment on function core.first_uuid_at(timestamptz) is 'No core.uuid_v7 of this moment or later sorts before it.';

create function core.replay_document(replay core.replays) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return to_jsonb(replay) - array['patterns', 'position'];
end;
$$;
comment on function core.replay_document(core.replays) is 'A replay as clients see it.';

-- standing -----------------------------------------------------------------------------------------------------------

create function core.lane_lag(
  lane core.lanes,
  subscription public.subscriptions,
  most int,
  to_tick core.ticks,
  out events int,
  out oldest timestamptz
)
language plpgsql stable
set search_path = ''
set enable_seqscan = off
as $$
declare
  from_tick core.ticks;
  middle core.ticks;
begin
  select t.* into from_tick from core.ticks t where t.id = lane.tick_id;
  select t.* into middle from core.ticks t where t.id = coalesce(lane.to_tick_id, lane.tick_id);
  if subscription.organization_id is not null then
    select * into events, oldest from core.lane_lag_of_organization(lane, subscription, most, from_tick, middle, to_tick);
    return;
  end if;
  select count(*), min(u.recorded_at) into events, oldest from (
    select w.recorded_at from (
      select b.* from core.batch(middle, to_tick) b
      union all
      select b.* from core.batch(from_tick, middle) b where b.position > lane.position
      union all
      select e.* from core.events e where e.id = any (lane.pending)
    ) w
    where w.type like any (subscription.patterns)
      and (subscription.organization_id is null or w.organization_id = subscription.organization_id)
      and core.member_of(w.aggregate_id, subscription.members) = lane.member
    order by w.position
    limit most
  ) u;
end;
$$;
comment on function core.lane_lag(core.lanes, public.subscriptions, int, core.ticks) is 'What a lane has not delivered of what a tick sees, counted up to a number.';

create function core.subscription_stats(subscription_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  subscription public.subscriptions := core.subscription_for(subscription_id, 'events.read');
  most int := 10001;
  last core.ticks;
  lag_events bigint;
  oldest timestamptz;
begin
  select t.* into last from core.ticks t order by t.id desc limit 1;
  select sum(g.events), min(g.oldest) into lag_events, oldest
  from core.lanes l cross join lateral core.lane_lag(l, subscription, most, last) g
  where l.subscription_id = subscription.id;
  select coalesce(lag_events, 0) + count(*), least(oldest, min((r.event ->> 'time')::timestamptz)) into lag_events, oldest
  from (
    select w.event from core.redeliveries w
    where w.subscription_id = subscription.id and w.dead_at is null and not w.replayed
    order by w.position limit most
  ) r;
  return jsonb_build_object(
    'status', subscription.status,
    'lag_events', least(lag_events, most - 1),
    'lag_events_exceeded', lag_events >= most,
    'lag_seconds', coalesce(round(greatest(extract(epoch from now() - oldest), 0), 3), 0),
    'oldest_undelivered_at', oldest,
    'members', (
      select jsonb_agg(jsonb_build_object('member', l.member, 'claimed', l.claimed + l.redelivering,
        'leased_until', case when l.leased_until > now() then l.leased_until end,
        'claimed_at', nullif(l.claimed_at, '-infinity')) order by l.member)
      from core.lanes l where l.subscription_id = subscription.id),
    'leased', (select count(*) from core.lanes l where l.subscription_id = subscription.id and l.leased_until > now()),
    'waiting', (
      select count(*) from core.redeliveries r
      where r.subscription_id = subscription.id and r.dead_at is null and not r.replayed and r.run_at < 'infinity'),
    'parked', (
      select count(*) from core.redeliveries r
      where r.subscription_id = subscription.id and r.dead_at is null and not r.replayed and r.run_at = 'infinity'),
    'replaying', (
      select count(*) from core.redeliveries r where r.subscription_id = subscription.id and r.dead_at is null and r.replayed),
    'dead', (select count(*) from core.redeliveries r where r.subscription_id = subscription.id and r.dead_at is not null),
    'replays', coalesce((
      select jsonb_agg(core.replay_document(r) order by r.id desc)
      from (select p.* from core.replays p where p.subscription_id = subscription.id order by p.id desc limit 20) r), '[]'));
end;
$$;
comment on function core.subscription_stats(uuid) is 'See public.subscription_stats.';
grant execute on function core.subscription_stats(uuid) to authenticated, service_role;

create function core.subscription_lags()
returns table (subscription_id uuid, organization_id uuid, name text, status text, lag_seconds numeric, waiting bigint, dead bigint)
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select s.id, s.organization_id, s.name, s.status,
    coalesce(round(greatest(extract(epoch from clock_timestamp() - place.since), 0), 3), 0),
    coalesce(failed.waiting, 0), coalesce(failed.dead, 0)
  from public.subscriptions s
  join lateral (
    -- the first tick that a lane has not delivered
    select min((select t.created_at from core.ticks t where t.id > l.acked_tick_id order by t.id limit 1)) as since
    from core.lanes l where l.subscription_id = s.id
  ) place on true
  left join lateral (
    select count(*) filter (where r.dead_at is null) as waiting, count(*) filter (where r.dead_at is not null) as dead
    from core.redeliveries r where r.subscription_id = s.id
  ) failed on true;
end;
$$;
comment on function core.subscription_lags() is
  'For metrics and health: how long each subscription''s slowest lane has been behind the last tick, whether or not what came '
  'since is for it.';
