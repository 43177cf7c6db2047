-- Delivering webhooks: which lanes are due, what a worker takes along, how it went.
--
-- A worker keeps claiming while there is traffic, so that an event waits for no pump. Only secret keys get here.

-- what is due --------------------------------------------------------------------------------------------------------

create type core.due_lane as (subscription_id uuid, member int, suspect boolean);
comment on type core.due_lane is 'A lane of a webhook with something to deliver; suspect: its endpoint failed the last time.';

-- Asked at each look of a worker, so for all lanes in one statement: 1,000 lanes without news take some 20 ms.
create function core.due_webhook_lanes() returns setof core.due_lane
language plpgsql volatile
set search_path = ''
set enable_seqscan = off
as $$
begin
  return query
  with free as materialized (
    select l.subscription_id, l.member, l.claimed_at, l.tick_id, s.organization_id, coalesce(b.failures > 0, false) as suspect,
      cardinality(l.pending) > 0 or l.to_tick_id is not null as begun
    from public.webhook_endpoints w
    join public.subscriptions s on s.id = w.subscription_id
    join core.lanes l on l.subscription_id = s.id
    left join core.breakers b on b.name = 'webhook:' || s.id
    where s.status = 'active'
      and (l.leased_until is null or l.leased_until <= now())
      and (b.retry_at is null or b.retry_at <= clock_timestamp())
  ), places as materialized (
    select distinct f.organization_id, f.tick_id from free f where not f.begun
  ), news as materialized (
    -- Something of theirs committed that their tick has not seen. Whether it is wanted is told by claiming, which moves on.
    select p.organization_id, p.tick_id
    from places p
    join core.ticks t on t.id = p.tick_id
    where case when p.organization_id is null then coalesce(
        (select 1 from core.events e where e.transaction_id >= pg_snapshot_xmax(t.snapshot) limit 1),
        (select 1 from core.events e where e.transaction_id = any (array(select pg_snapshot_xip(t.snapshot)) || t.transaction_id) limit 1)
      ) else coalesce(
        (
          select 1 from core.events e
          where e.transaction_id >= pg_snapshot_xmax(t.snapshot)
            and uuid_hash(e.organization_id) = uuid_hash(p.organization_id) and e.organization_id = p.organization_id
          limit 1
        ), (
          select 1 from core.events e
          where e.transaction_id = any (array(select pg_snapshot_xip(t.snapshot)) || t.transaction_id)
            and uuid_hash(e.organization_id) = uuid_hash(p.organization_id) and e.organization_id = p.organization_id
          limit 1
        ))
      end = 1
  )
  select f.subscription_id, f.member, f.suspect
  from free f
  left join news n on n.tick_id = f.tick_id and n.organization_id is not distinct from f.organization_id
  where f.begun
    or n.tick_id is not null
    or (
      select 1 from core.redeliveries r
      where r.subscription_id = f.subscription_id and r.member = f.member and r.dead_at is null and not r.replayed and r.run_at <= now()
      limit 1
    ) = 1
    or (
      select 1 from core.redeliveries r
      where r.subscription_id = f.subscription_id and r.member = f.member and r.dead_at is null and r.replayed and r.run_at <= now()
      limit 1
    ) = 1
    or (
      select 1 from core.replays r where r.subscription_id = f.subscription_id and r.finished_at is null limit 1
    ) = 1
  order by f.suspect, f.claimed_at, f.member;
end;
$$;
comment on function core.due_webhook_lanes() is 'The lanes to deliver now, those whose endpoint answers first.';

-- claiming -----------------------------------------------------------------------------------------------------------

create function core.webhook_target(webhook_id uuid) returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_object(
    'url', w.url,
    'timeout_seconds', w.timeout_seconds,
    'secrets', (
      select jsonb_agg(core.webhook_secret(x.secret_id) order by x.created_at desc, x.secret_id desc)
      from core.webhook_secrets x
      where x.subscription_id = w.subscription_id and (x.expires_at is null or x.expires_at > now())))
  from public.webhook_endpoints w where w.subscription_id = webhook_id
$$;
comment on function core.webhook_target(uuid) is 'Where to, and the secrets to sign with: each of them, the current one first.';

create function core.claim_webhook_lane(webhook_id uuid, member int, max_events int, lease_seconds int) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
declare
  breaker text := 'webhook:' || webhook_id;
  troubled boolean := exists (select from core.breakers b where b.name = breaker and b.state <> 'closed');
  claim jsonb;
begin
  if not core.breaker_admits(breaker) then
    return null;
  end if;
  -- An open breaker is tried with one event. Bodies go as text, and of jsonb: no number is to pass through a double, and what
  -- comes again is the same to the byte.
  select jsonb_build_object(
      'webhook_id', webhook_id,
      'organization_id', max(c.event ->> 'organizationid'),
      'member', max(c.lane),
      'lease_token', min(c.lease_token::text),
      'events', jsonb_agg(jsonb_build_object(
        'id', c.event_id, 'type', c.event ->> 'type', 'aggregate', c.event ->> 'aggregateid', 'attempt', c.attempt,
        'traceparent', c.event ->> 'traceparent', 'body', c.event::jsonb::text) order by c.n)) || core.webhook_target(webhook_id)
  into claim
  from core.claim_events(webhook_id, member, case when troubled then 1 else max_events end, lease_seconds)
    with ordinality c (event_id, event, attempt, replayed, lane, lease_token, leased_until, n)
  having count(*) > 0;
  if claim is null and troubled then
    update core.breakers b set retry_at = clock_timestamp() where b.name = breaker and b.state = 'half_open';
  end if;
  return claim;
end;
$$;
comment on function core.claim_webhook_lane(uuid, int, int, int) is 'Leases a lane to a worker, if the breaker admits; null when there is nothing.';

create function core.claim_webhooks(
  worker_id uuid,
  room int,
  suspects_room int,
  max_events int default 20,
  lease_seconds int default 60
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  due core.due_lane;
  claim jsonb;
  claims jsonb[] := '{}';
  suspects int := 0;
  waits boolean := false;
  started timestamptz := clock_timestamp();
begin
  perform core.require_service();
  if room not between 0 and 256 or suspects_room not between 0 and 256 or max_events not between 1 and 1000
    or lease_seconds not between 45 and 600 then
    perform core.raise_error(422, 'invalid_input', 'Claim 1 to 1000 events of 0 to 256 lanes for 45 to 600 seconds.');
  end if;
  update core.queues q set claimed_at = clock_timestamp() where q.name = 'webhooks' and q.claimed_at < q.posted_at;
  for due in select * from core.due_webhook_lanes() loop
    -- Endpoints that fail or hang never take all the room.
    if cardinality(claims) >= room or (due.suspect and suspects >= suspects_room)
      or clock_timestamp() > started + interval '250 milliseconds' then
      waits := waits or (not due.suspect and cardinality(claims) >= room);
      continue;
    end if;
    -- A lane that cannot be read is its subscriber's trouble and nobody else's.
    begin
      claim := core.claim_webhook_lane(due.subscription_id, due.member, max_events, lease_seconds);
    exception when others then
      raise warning 'webhook % was not claimed: %', due.subscription_id, sqlerrm;
      claim := null;
    end;
    continue when claim is null;
    claims := claims || (claim || jsonb_build_object('suspect', due.suspect));
    suspects := suspects + due.suspect::int;
  end loop;
  insert into core.webhook_workers as w (worker_id, full_since)
  values (claim_webhooks.worker_id, case when waits then now() end)
  on conflict on constraint webhook_workers_pkey do update set
    seen_at = clock_timestamp(),
    full_since = case when waits then coalesce(w.full_since, now()) end
  where w.seen_at < clock_timestamp() - interval '1 second' or (w.full_since is null) = waits;
  return to_jsonb(claims);
end;
$$;
comment on function core.claim_webhooks(uuid, int, int, int, int) is 'See public.claim_webhooks.';
grant execute on function core.claim_webhooks(uuid, int, int, int, int) to service_role;

create function core.leave_webhooks(worker_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  delete from core.webhook_workers w where w.worker_id = leave_webhooks.worker_id;
end;
$$;
comment on function core.leave_webhooks(uuid) is 'See public.leave_webhooks.';
grant execute on function core.leave_webhooks(uuid) to service_role;

-- settling -----------------------------------------------------------------------------------------------------------

create function core.webhook_backoff(attempt int) returns interval
language plpgsql volatile
set search_path = ''
as $$
begin
  -- Ten attempts in three days. A fifth more or less, so that what failed together parts.
  return (array['5 seconds', '5 minutes', '30 minutes', '2 hours', '5 hours', '10 hours', '14 hours', '20 hours', '20 hours']
    ::interval[])[least(greatest(attempt, 1), 9)] * (0.8 + random() * 0.4);
end;
$$;
comment on function core.webhook_backoff(int) is 'How long to wait after this attempt.';

create function core.release_lane(subscription_id uuid, lease_token uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  aggregates uuid[];
begin
  perform from core.lanes l
  where l.subscription_id = release_lane.subscription_id and l.lease_token = release_lane.lease_token
  for update;
  if not found then
    return;
  end if;
  with released as (
    update core.redeliveries r set lease_token = null, attempts = r.attempts - 1, run_at = 'infinity'
    where r.subscription_id = release_lane.subscription_id and r.lease_token = release_lane.lease_token
    returning r.aggregate_id
  )
  select array_agg(distinct r.aggregate_id) into aggregates from released r;
  perform core.unpark(release_lane.subscription_id, aggregates, false), core.unpark(release_lane.subscription_id, aggregates, true);
  update core.lanes l set claimed = 0, redelivering = 0, attempts = 0, lease_token = null, leased_until = null
  where l.subscription_id = release_lane.subscription_id and l.lease_token = release_lane.lease_token;
end;
$$;
comment on function core.release_lane(uuid, uuid) is 'Gives a claim back: what was not sent has lost no attempt.';

create function core.hold_breaker(name text, for_time interval) returns void
language sql volatile
set search_path = ''
as $$
  insert into core.breakers as b (name, state, failures, openings, retry_at)
  values (hold_breaker.name, 'open', 1, 1, clock_timestamp() + for_time)
  on conflict on constraint breakers_pkey do update
  set state = 'open', failures = b.failures + 1, openings = greatest(b.openings, 1), retry_at = excluded.retry_at,
    changed_at = case when b.state = 'open' then b.changed_at else clock_timestamp() end
$$;
comment on function core.hold_breaker(text, interval) is 'Opens a breaker for as long as its target asked for.';

create function core.settle_webhooks(
  webhook_id uuid,
  lease_token uuid,
  outcomes jsonb,
  and_then text default 'hold',
  max_events int default 20,
  lease_seconds int default 60
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  breaker text := 'webhook:' || webhook_id;
  endpoint public.webhook_endpoints;
  outcome record;
  member int;
  disable text;
  state text := 'closed';
  nacked jsonb;
  parked jsonb := '[]';
  remaining int;
  still_active boolean;
begin
  perform core.require_service();
  select w.* into endpoint from public.webhook_endpoints w where w.subscription_id = webhook_id;
  if not found then
    return '{"stop": true, "parked": []}';
  end if;
  disable := (
    select case
      when bool_or(o.status = 410) then 'gone'
      when bool_or(o.error is not null) and not bool_or(o.error is null)
        and endpoint.failing_since < now() - interval '3 days' then 'failing' end
    from jsonb_to_recordset(outcomes) o (status int, error text));
  -- The stream before the lane, as everywhere.
  if disable is not null then
    perform core.lock_stream(webhook_id);
  end if;
  select l.member into member from core.lanes l where l.subscription_id = webhook_id and l.lease_token = lease_token;

  remaining := core.ack_events(webhook_id, lease_token, array(
    select o.event_id from jsonb_to_recordset(outcomes) o (event_id uuid, error text) where o.error is null));
  -- What is settled at once keeps its order in the log.
  insert into public.webhook_deliveries
    (at, organization_id, subscription_id, event_id, event_type, attempt, outcome, status, latency_ms)
  select clock_timestamp() + o.n * interval '1 microsecond', endpoint.organization_id, webhook_id, o.event_id, o.type, o.attempt, 'delivered', o.status, o.latency_ms
  from rows from (
      jsonb_to_recordset(outcomes) as (event_id uuid, type text, attempt int, status int, latency_ms int, error text)
    ) with ordinality o (event_id, type, attempt, status, latency_ms, error, n)
  where o.error is null;
  if found then
    perform core.breaker_report(breaker, true);
    update public.webhook_endpoints w set failing_since = null where w.subscription_id = webhook_id and w.failing_since is not null;
  end if;
  for outcome in
    select o.* from jsonb_to_recordset(outcomes)
      o (event_id uuid, type text, attempt int, status int, latency_ms int, error text, retry_after_seconds int)
    where o.error is not null
  loop
    nacked := core.nack_events(webhook_id, lease_token, outcome.event_id, outcome.error,
      case when outcome.retry_after_seconds is null then core.webhook_backoff(outcome.attempt)
        else make_interval(secs => least(greatest(outcome.retry_after_seconds, 1), 86400)) end);
    parked := parked || (nacked -> 'parked');
    remaining := (nacked ->> 'remaining')::int;
    insert into public.webhook_deliveries
      (at, organization_id, subscription_id, event_id, event_type, attempt, outcome, status, latency_ms, error)
    values (clock_timestamp() + interval '1 millisecond', endpoint.organization_id, webhook_id, outcome.event_id, outcome.type, outcome.attempt,
      case when nacked ->> 'status' = 'dead' then 'dead' else 'failed' end,
      outcome.status, outcome.latency_ms, left(outcome.error, 500));
    state := core.breaker_report(breaker, false);
    if outcome.retry_after_seconds is not null then
      perform core.hold_breaker(breaker, make_interval(secs => least(greatest(outcome.retry_after_seconds, 1), 3600)));
      state := 'open';
    end if;
    update public.webhook_endpoints w set failing_since = now() where w.subscription_id = webhook_id and w.failing_since is null;
  end loop;

  if disable is not null then
    perform core.set_subscription_status(webhook_id, 'disabled',
      case disable when 'gone' then 'It answered 410.' else 'Every delivery of three days failed.' end);
    perform core.append_event(endpoint.organization_id, 'subscription', webhook_id, 'webhook.disabled',
      jsonb_build_object('reason', disable));
  end if;
  still_active := (select s.status = 'active' from public.subscriptions s where s.id = webhook_id);
  if remaining > 0 and (and_then = 'release' or state <> 'closed' or not still_active) then
    perform core.release_lane(webhook_id, lease_token);
    remaining := 0;
  elsif remaining > 0 then
    perform core.extend_events(webhook_id, lease_token, lease_seconds);
  end if;
  return jsonb_build_object(
    'stop', state <> 'closed' or not still_active,
    'parked', parked,
    'next', case when and_then = 'next' and remaining = 0 and still_active and state = 'closed' and member is not null
      then core.claim_webhook_lane(webhook_id, member, max_events, lease_seconds) end);
end;
$$;
comment on function core.settle_webhooks(uuid, uuid, jsonb, text, int, int) is 'See public.settle_webhooks.';
grant execute on function core.settle_webhooks(uuid, uuid, jsonb, text, int, int) to service_role;
