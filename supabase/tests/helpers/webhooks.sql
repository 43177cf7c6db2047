-- Webhooks inside one transaction, as a worker sees them. Nothing is sent: how it went is made up.

create schema if not exists tests;

create or replace function tests.create_webhook(types text[] default '{note.*}', more jsonb default '{}', account text default 'owner')
returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  return tests.value_as(account, format('select public.create_webhook(%L, %L) ->> %L', tests.organization_id(),
    jsonb_build_object('name', gen_random_uuid(), 'types', types, 'url', 'https://example.com/hook') || more, 'id'));
end;
$$;

-- What a worker that asks now is given of a webhook; the lease stays.
create or replace function tests.claim_webhook(webhook_id uuid, suspects_room int default 10) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  claims jsonb := tests.value_as(null, format('select public.claim_webhooks(gen_random_uuid(), 10, %s)', suspects_room));
begin
  return (select c from jsonb_array_elements(claims) c where c ->> 'webhook_id' = claim_webhook.webhook_id::text);
end;
$$;

-- The first event of a claim was answered with this status, or with none.
create or replace function tests.settle(claim jsonb, status int, retry_after int default null, and_then text default 'hold') returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  return tests.value_as(null, format('select public.settle_webhooks(%L, %L, %L, %L)', claim ->> 'webhook_id', claim ->> 'lease_token',
    jsonb_build_array(jsonb_build_object(
      'event_id', claim -> 'events' -> 0 -> 'id',
      'type', claim -> 'events' -> 0 -> 'type',
      'attempt', claim -> 'events' -> 0 -> 'attempt',
      'status', status,
      'latency_ms', 12,
      'error', case when coalesce(status, 0) between 200 and 299 then null else 'answered ' || coalesce(status, 0) end,
      'retry_after_seconds', retry_after)), and_then));
end;
$$;

create or replace function tests.webhook_status(webhook_id uuid) returns text
language sql stable security definer
set search_path = ''
as $$ select s.status from public.subscriptions s where s.id = webhook_id $$;

-- As if the breaker had waited long enough.
create or replace function tests.let_breakers_try() returns void
language sql volatile security definer
set search_path = ''
as $$ update core.breakers set retry_at = now() - interval '1 second' where retry_at is not null $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
