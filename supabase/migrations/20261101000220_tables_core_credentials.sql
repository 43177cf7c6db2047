-- Machines: API keys of organizations, the registry of services, their secrets, grants and tokens.
--
-- Secrets are kept as sha256 in `core`, apart from the rows that managers read. 20261101000340 holds who a credential is,
-- 20261101000980 to 984 the commands.

-- API keys -----------------------------------------------------------------------------------------------------------

create table public.api_keys (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  prefix text not null,
  scopes text[] not null,
  tier text not null default 'api_key',
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  replaces_id uuid references public.api_keys (id) on delete set null,
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  constraint name_is_short_and_not_blank check (length(btrim(name)) between 1 and 200),
  constraint prefix_is_shown check (prefix ~ '^[0-9a-f]{8}$'),
  constraint some_scopes check (cardinality(scopes) between 1 and 100),
  constraint tier_is_known check (tier in ('api_key', 'standard', 'premium')),
  constraint expires_after_creation check (expires_at > created_at)
) with (fillfactor = 80);
comment on table public.api_keys is
  'What programs of an organization call with (header x-api-key). It acts as the organization, not as who made it.';
comment on column public.api_keys.prefix is 'The first characters of its secret, by which people tell keys apart: alm_<prefix>_….';
comment on column public.api_keys.scopes is 'Permissions it has, in this organization alone.';
comment on column public.api_keys.tier is 'Its rate limit: set by the platform, not by the organization.';
comment on column public.api_keys.last_used_at is 'To the minute, and only by requests that may write: a read leaves no row behind.';
comment on column public.api_keys.replaces_id is 'The key that this one was made for, by rotation.';
create index api_keys_organization_idx on public.api_keys (organization_id, created_at);
create index api_keys_created_by_idx on public.api_keys (created_by);
create index api_keys_replaces_idx on public.api_keys (replaces_id);

alter table public.api_keys enable row level security;
grant select on public.api_keys to authenticated, service_role;
create policy "Managers see the API keys of their organization" on public.api_keys
  for select to authenticated using (organization_id in (select core.my_organization_ids('credentials.manage')));

create table core.api_key_hashes (
  key_hash bytea primary key,
  api_key_id uuid not null unique references public.api_keys (id) on delete cascade
);
comment on table core.api_key_hashes is 'sha256 of each API key, apart from the row that managers can read.';
alter table core.api_key_hashes enable row level security;

-- services -----------------------------------------------------------------------------------------------------------

create table public.service_registry (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid references public.organizations (id) on delete cascade,
  name text not null,
  version text not null,
  endpoint text not null,
  health_endpoint text,
  capabilities jsonb not null default '{}',
  status text not null default 'registered',
  allowed_scopes text[] not null default '{}',
  internal boolean not null default false,
  status_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint name_is_a_url_segment check (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  constraint version_is_short check (version ~ '^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$'),
  constraint endpoint_is_an_address check (length(endpoint) <= 2000 and (
    case when internal then endpoint ~ '^/[a-z0-9/_-]+$' else endpoint ~ '^https?://[^/?#@\s]+(/[^?#\s]*)?$' end)),
  constraint health_endpoint_is_an_address check (length(health_endpoint) <= 2000 and (
    case when internal then health_endpoint ~ '^/[a-z0-9/_-]+$' else health_endpoint ~ '^https?://[^/?#@\s]+([/?][^#\s]*)?$' end)),
  constraint capabilities_are_an_object check (jsonb_typeof(capabilities) = 'object' and pg_column_size(capabilities) <= 16384),
  constraint status_is_known check (status in ('registered', 'healthy', 'degraded', 'retired')),
  constraint only_the_platform_is_internal check (not internal or organization_id is null)
);
comment on table public.service_registry is 'Services, ours and others'': where they are, what they can do, how they are.';
comment on column public.service_registry.organization_id is 'Whose it is; null: the platform''s, for every organization that grants it scopes.';
comment on column public.service_registry.endpoint is 'Of an internal service: a path below the project''s address.';
comment on column public.service_registry.health_endpoint is 'Asked every 30 seconds; null: never asked.';
comment on column public.service_registry.capabilities is 'What it can do, each with details of its own: {"scheduling": {"max_party": 8}}.';
comment on column public.service_registry.status is
  'registered until its health is first known, then healthy or, after three failures in a row, degraded; retired is the end.';
comment on column public.service_registry.allowed_scopes is 'Permissions it may ask for at most; a grant of an organization narrows them.';
comment on column public.service_registry.internal is 'One of our own functions.';
create unique index service_registry_name_idx
  on public.service_registry (name, coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) where status <> 'retired';
create index service_registry_organization_idx on public.service_registry (organization_id);
create index service_registry_capabilities_idx on public.service_registry using gin (capabilities);

alter table public.service_registry enable row level security;
grant select on public.service_registry to authenticated, service_role;

create table core.service_health (
  service_id uuid primary key references public.service_registry (id) on delete cascade,
  failures int not null default 0,
  last_error text,
  latency_ms int,
  queued_at timestamptz not null default '-infinity',
  checked_at timestamptz,
  constraint failures_are_counted check (failures >= 0)
) with (fillfactor = 50);
comment on table core.service_health is 'What the last look at a service''s health found, apart from the row that few write and many read.';
comment on column core.service_health.failures is 'In a row.';
comment on column core.service_health.queued_at is 'When the job of the next look was enqueued: one at a time.';
alter table core.service_health enable row level security;

create table core.service_secrets (
  secret_hash bytea primary key,
  service_id uuid not null references public.service_registry (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz
);
comment on table core.service_secrets is 'sha256 of the client secrets of services: during a rotation, several.';
comment on column core.service_secrets.expires_at is 'Null: until the next rotation.';
create index service_secrets_service_idx on core.service_secrets (service_id);
alter table core.service_secrets enable row level security;

create table core.service_grants (
  id uuid not null unique default core.uuid_v7(),
  service_id uuid not null references public.service_registry (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  scopes text[] not null,
  granted_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (service_id, organization_id),
  constraint not_too_many_scopes check (cardinality(scopes) <= 100)
);
comment on table core.service_grants is 'What an organization lets a service of the platform do in it: maybe nothing but act for its members.';
comment on column core.service_grants.id is 'The aggregate of its events, which belong to the organization.';
create index service_grants_organization_idx on core.service_grants (organization_id);
create index service_grants_granted_by_idx on core.service_grants (granted_by);
alter table core.service_grants enable row level security;

-- tokens -------------------------------------------------------------------------------------------------------------

create table core.service_tokens (
  id uuid primary key default core.uuid_v7(),
  token_hash bytea unique,
  service_id uuid not null references public.service_registry (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  scopes text[] not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint lives_for_an_hour_at_most check (expires_at <= created_at + interval '1 hour')
);
comment on table core.service_tokens is
  'Tokens that are out, by sha256: what is not here is no token, however well it is signed.';
comment on column core.service_tokens.id is 'The token''s jti.';
comment on column core.service_tokens.token_hash is 'Null until the function has signed it: of no use until then.';
create index service_tokens_service_idx on core.service_tokens (service_id);
create index service_tokens_organization_idx on core.service_tokens (organization_id);
create index service_tokens_expires_idx on core.service_tokens (expires_at);
alter table core.service_tokens enable row level security;

create table core.signing_keys (
  kid text primary key,
  public_jwk jsonb not null,
  secret_id uuid not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  constraint kid_is_short check (kid ~ '^[A-Za-z0-9_-]{1,100}$'),
  constraint the_public_half_only check (public_jwk ? 'x' and public_jwk ? 'y' and not public_jwk ? 'd')
);
comment on table core.signing_keys is 'What tokens of services are signed with; the private halves are in Vault.';
comment on column core.signing_keys.secret_id is 'The private half, in Vault.';
comment on column core.signing_keys.retired_at is 'It signs no more; its public half is shown for an hour longer, while its tokens live.';
create unique index signing_keys_one_signs_idx on core.signing_keys ((true)) where retired_at is null;
alter table core.signing_keys enable row level security;
