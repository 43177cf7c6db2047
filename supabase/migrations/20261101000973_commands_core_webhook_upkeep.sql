-- Around the delivery of webhooks: tests, the pump that calls workers, an end to what was kept long enough.

-- trying it out ------------------------------------------------------------------------------------------------------

create function core.ping_webhook(webhook_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  endpoint public.webhook_endpoints := core.webhook_for(webhook_id);
  ping core.events;
begin
  -- What was asked for is counted, one after the other: what comes of it is known later, with a receiver that hangs much later.
  perform core.lock_stream(webhook_id);
  if (
    select count(*) from public.audit_entries a
    where a.subject_id = webhook_id and a.occurred_at > now() - interval '1 minute' and a.action = 'webhook.test'
  ) >= 10 then
    perform core.raise_error(429, 'too_many_tests', 'A webhook is tested ten times a minute at most.');
  end if;
  ping.id := core.uuid_v7();
  ping.organization_id := endpoint.organization_id;
  ping.aggregate_type := 'subscription';
  ping.aggregate_id := webhook_id;
  ping.type := 'webhook.ping';
  ping.type_version := 1;
  ping.data := '{}';
  ping.actor_id := core.actor_id();
  ping.actor_kind := core.actor_kind();
  ping.correlation_id := ping.id;
  ping.recorded_at := now();
  perform core.audit(endpoint.organization_id, 'webhook.test', 'webhook', webhook_id, null, null);
  return jsonb_build_object('id', ping.id, 'body', core.cloud_event(ping)::text);
end;
$$;
comment on function core.ping_webhook(uuid) is 'See public.ping_webhook.';
grant execute on function core.ping_webhook(uuid) to authenticated, service_role;

create function core.webhook_test_target(webhook_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  return core.webhook_target(webhook_id);
end;
$$;
comment on function core.webhook_test_target(uuid) is 'See public.webhook_test_target.';
grant execute on function core.webhook_test_target(uuid) to service_role;

create function core.log_webhook_test(webhook_id uuid, event_id uuid, status int, latency_ms int, error text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  insert into public.webhook_deliveries
    (organization_id, subscription_id, event_id, event_type, attempt, outcome, status, latency_ms, error)
  select w.organization_id, webhook_id, log_webhook_test.event_id, 'webhook.ping', 1,
    case when log_webhook_test.error is null then 'delivered' else 'failed' end,
    log_webhook_test.status, log_webhook_test.latency_ms, left(log_webhook_test.error, 500)
  from public.webhook_endpoints w where w.subscription_id = webhook_id;
end;
$$;
comment on function core.log_webhook_test(uuid, uuid, int, int, text) is 'See public.log_webhook_test.';
grant execute on function core.log_webhook_test(uuid, uuid, int, int, text) to service_role;

-- the pump -----------------------------------------------------------------------------------------------------------

create function core.call_webhook_worker() returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  queue core.queues;
  workers int := (select count(*) from core.webhook_workers w where w.seen_at > clock_timestamp() - interval '10 seconds');
  idle boolean := exists (
    select from core.webhook_workers w
    where w.seen_at > clock_timestamp() - interval '10 seconds'
      and (w.full_since is null or w.full_since > clock_timestamp() - interval '2 seconds'));
begin
  if idle or workers >= 8 then
    return false;
  end if;
  select q.* into queue from core.queues q
  where q.name = 'webhooks' and (q.claimed_at >= q.posted_at or q.posted_at < clock_timestamp() - interval '10 seconds')
  for update skip locked;
  if not found or core.secret('project_url') is null or not exists (select from core.due_webhook_lanes()) then
    return false;
  end if;
  perform net.http_post(
    url := format('%s/functions/v1/%s/webhooks/deliver', rtrim(core.secret('project_url'), '/'), queue.function_name),
    body := '{}',
    headers := jsonb_build_object('Content-Type', 'application/json', 'apikey', coalesce(core.secret('jobs_key'), '')),
    timeout_milliseconds := 5000);
  update core.queues q set posted_at = clock_timestamp() where q.name = queue.name;
  return true;
end;
$$;
comment on function core.call_webhook_worker() is
  'Calls a worker when webhooks are due and none is at work, or those at work have had no room for seconds. For the pump.';

create function core.keep_webhooks() returns void
language plpgsql volatile
set search_path = ''
set lock_timeout = '1s'
as $$
declare
  partition regclass;
begin
  delete from core.webhook_secrets w where w.expires_at <= now();
  delete from core.webhook_workers w where w.seen_at < now() - interval '1 hour';
  perform core.ensure_month_partitions('public.webhook_deliveries', 'core', 3);
  for partition in
    select c.oid::regclass
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.webhook_deliveries'::regclass
      and c.relname ~ '_\d{4}_\d{2}$'
      and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' < now() - interval '30 days'
  loop
    execute format('drop table %s', partition);
  end loop;
end;
$$;
comment on function core.keep_webhooks() is 'Hourly: partitions of the delivery log ahead, an end to old ones and to expired secrets.';
