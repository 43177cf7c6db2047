-- Webhooks: subscriptions that the platform delivers itself, signed, over https.
--
-- What is delivered when is the subscription's (20261101000960); here is where to, with which secrets, and how it went.
-- Secrets are in Vault and nowhere else; the log holds no bodies.

create table public.webhook_endpoints (
  subscription_id uuid primary key references public.subscriptions (id) on delete cascade,
  organization_id uuid references public.organizations (id) on delete cascade,
  url text not null,
  timeout_seconds int not null default 15,
  failing_since timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint url_is_http check (url ~ '^https?://[^\s@]+$' and length(url) <= 2000),
  constraint timeout_is_short check (timeout_seconds between 1 and 30)
);
comment on table public.webhook_endpoints is 'Where each subscription with delivery = webhook is sent.';
comment on column public.webhook_endpoints.timeout_seconds is 'From the look-up of the name to the headers of the answer.';
comment on column public.webhook_endpoints.failing_since is
  'The first failure since the last success; after three days of nothing else the endpoint is disabled.';
create index webhook_endpoints_organization_idx on public.webhook_endpoints (organization_id);
alter table public.webhook_endpoints enable row level security;
grant select on public.webhook_endpoints to authenticated, service_role;
create policy "Those who manage subscriptions see where they go" on public.webhook_endpoints
  for select to authenticated using (organization_id in (select core.my_organization_ids('subscriptions.manage')));

create table core.webhook_secrets (
  secret_id uuid primary key default core.uuid_v7(),
  subscription_id uuid not null references public.webhook_endpoints (subscription_id) on delete cascade,
  vault_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
comment on table core.webhook_secrets is 'Which secrets of Vault sign the deliveries of an endpoint, the newest first.';
comment on column core.webhook_secrets.expires_at is 'Null: the current one. Those that were rotated out sign too until then.';
create unique index webhook_secrets_current_idx on core.webhook_secrets (subscription_id) where expires_at is null;
create index webhook_secrets_subscription_idx on core.webhook_secrets (subscription_id, created_at desc);
create index webhook_secrets_expired_idx on core.webhook_secrets (expires_at) where expires_at is not null;
alter table core.webhook_secrets enable row level security;

create function core.forget_webhook_secret() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  delete from vault.secrets s where s.id = old.vault_id;
  return null;
end;
$$;
comment on function core.forget_webhook_secret() is 'A secret leaves Vault with its row, whoever deletes that.';
create trigger forget_webhook_secret after delete on core.webhook_secrets
  for each row execute function core.forget_webhook_secret();

create function core.forget_webhook_breaker() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  delete from core.breakers b where b.name = 'webhook:' || old.subscription_id;
  return null;
end;
$$;
comment on function core.forget_webhook_breaker() is 'An endpoint takes its breaker along.';
create trigger forget_webhook_breaker after delete on public.webhook_endpoints
  for each row execute function core.forget_webhook_breaker();

-- A worker that settles holds the lane, then the breaker and the endpoint. Whoever is to change these takes the lanes first.
create function core.lock_webhook_lanes() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform from core.lanes l where l.subscription_id = old.id order by l.member for update;
  return case when tg_op = 'DELETE' then old else new end;
end;
$$;
comment on function core.lock_webhook_lanes() is 'Waits for workers that are settling, in the order of locks.';
create trigger lock_webhook_lanes_first before delete or update of status on public.subscriptions
  for each row when (old.delivery = 'webhook') execute function core.lock_webhook_lanes();

create function core.begin_webhook_anew() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  delete from core.breakers b where b.name = 'webhook:' || new.id;
  update public.webhook_endpoints w set failing_since = null where w.subscription_id = new.id and w.failing_since is not null;
  return null;
end;
$$;
comment on function core.begin_webhook_anew() is 'Whoever resumes a webhook has mended it: it is tried at once, and its three days begin anew.';
create trigger begin_webhook_anew after update of status on public.subscriptions
  for each row when (new.status = 'active' and old.status <> 'active' and new.delivery = 'webhook')
  execute function core.begin_webhook_anew();

-- the log ------------------------------------------------------------------------------------------------------------

create table public.webhook_deliveries (
  id uuid not null default core.uuid_v7(),
  at timestamptz not null default now(),
  organization_id uuid,
  subscription_id uuid not null,
  event_id uuid not null,
  event_type text not null,
  attempt int not null,
  outcome text not null,
  status int,
  latency_ms int not null,
  error text,
  primary key (id, at),
  constraint outcome_is_known check (outcome in ('delivered', 'failed', 'dead')),
  constraint delivered_has_no_error check ((outcome = 'delivered') = (error is null)),
  constraint error_is_short check (length(error) <= 500)
) partition by range (at);
comment on table public.webhook_deliveries is
  'One row an attempt, for 30 days at least. No bodies, no secrets. No foreign keys: the log outlives what it tells of.';
comment on column public.webhook_deliveries.outcome is
  'delivered: answered 2xx; failed: it comes again; dead: that was its last attempt.';
comment on column public.webhook_deliveries.status is 'Of the answer; null when there was none.';
create index webhook_deliveries_subscription_idx on public.webhook_deliveries (subscription_id, at desc, id desc);
create index webhook_deliveries_organization_idx on public.webhook_deliveries (organization_id, at desc);
alter table public.webhook_deliveries enable row level security;
grant select on public.webhook_deliveries to authenticated, service_role;
create policy "Those who manage subscriptions read how they went" on public.webhook_deliveries
  for select to authenticated using (organization_id in (select core.my_organization_ids('subscriptions.manage')));

create table core.webhook_deliveries_default partition of public.webhook_deliveries default;
alter table core.webhook_deliveries_default enable row level security;
select core.ensure_month_partitions('public.webhook_deliveries', 'core', 3);

-- workers ------------------------------------------------------------------------------------------------------------

create unlogged table core.webhook_workers (
  worker_id uuid primary key,
  seen_at timestamptz not null default clock_timestamp(),
  full_since timestamptz
);
comment on table core.webhook_workers is 'Runs of the function that deliver now. Unlogged: after a crash there are none.';
comment on column core.webhook_workers.full_since is 'Since when it has had no room for another lane: time for one more worker.';
alter table core.webhook_workers enable row level security;
select core.register_queue('webhooks', 'platform');
