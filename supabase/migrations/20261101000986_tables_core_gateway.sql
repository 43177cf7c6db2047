-- What the gateway does for whom: origins, routes to services, credentials of outside services, plugins, kept answers.
--
-- Managers of an organization read theirs; 20261101000987 decides on requests, 20261101000988 holds the commands.

insert into public.permissions (name, description) values
  ('gateway.call', 'Call the organization''s services through the gateway');
insert into public.role_permissions (role, permission)
select r.name, 'gateway.call' from public.roles r where r.name in ('owner', 'admin', 'scheduler', 'staff', 'trainer');

insert into core.aggregate_types (aggregate_type, domain) values ('service_route', 'gateway') on conflict do nothing;

create table public.gateway_settings (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  allowed_origins text[] not null default '{}',
  updated_at timestamptz not null default now(),
  constraint origins_are_few check (cardinality(allowed_origins) <= 100),
  constraint origins_are_origins check (
    array_to_string(allowed_origins, ' ') ~ '^(|(\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?)( (\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?))*)$')
);
comment on table public.gateway_settings is 'How the gateway answers for an organization.';
comment on column public.gateway_settings.allowed_origins is
  'Web pages of these origins may call (https://app.example.com), * for any. Without a row: our own functions from anywhere, '
  'the organization''s services from none.';
create index gateway_settings_origins_idx on public.gateway_settings using gin (allowed_origins);
alter table public.gateway_settings enable row level security;
grant select on public.gateway_settings to authenticated, service_role;
create policy "Managers see their gateway" on public.gateway_settings
  for select to authenticated using (organization_id in (select core.my_organization_ids('gateway.manage')));

create table public.service_routes (
  id uuid not null default core.uuid_v7() unique,
  service_id uuid primary key references public.service_registry (id) on delete cascade,
  organization_id uuid references public.organizations (id) on delete cascade,
  access text[] not null default '{user,key,service}',
  permission text default 'gateway.call' references public.permissions (name),
  allowed_methods text[] not null default '{GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS}',
  allowed_paths text[] not null default '{/*}',
  timeout_ms int not null default 30000,
  max_body_bytes bigint not null default 10485760,
  retries int not null default 2,
  breaker_threshold int not null default 5,
  breaker_seconds int not null default 10,
  updated_at timestamptz not null default now(),
  constraint access_is_known check (access <@ '{user,key,service,guest}' and cardinality(access) > 0),
  constraint methods_are_known check (
    allowed_methods <@ '{GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS}' and cardinality(allowed_methods) > 0),
  constraint paths_are_few check (cardinality(allowed_paths) between 1 and 100),
  constraint paths_are_paths check (array_to_string(allowed_paths, ' ') ~ '^/[^ ?#*%]*\*?( /[^ ?#*%]*\*?)*$'),
  constraint timeout_is_within_a_functions_life check (timeout_ms between 10 and 140000),
  constraint bodies_have_an_end check (max_body_bytes between 0 and 5368709120),
  constraint retries_are_few check (retries between 0 and 5),
  constraint breaker_is_sensible check (breaker_threshold between 1 and 100 and breaker_seconds between 1 and 900)
);
comment on table public.service_routes is 'How the gateway calls a service. Without a row the defaults hold.';
comment on column public.service_routes.id is 'Of its events.';
comment on column public.service_routes.organization_id is 'The service''s; null: the platform''s.';
comment on column public.service_routes.access is 'Who may call it: members, API keys, services, guests with the publishable key.';
comment on column public.service_routes.permission is
  'What members, keys and services need in the organization. Null: belonging to it is enough.';
comment on column public.service_routes.allowed_paths is 'Paths below the endpoint; a * at the end stands for anything.';
comment on column public.service_routes.timeout_ms is 'Until the answer begins; all attempts together.';
comment on column public.service_routes.max_body_bytes is 'Of a request; what is longer is cut off with 413.';
comment on column public.service_routes.retries is 'After the first attempt, where a repetition changes nothing.';
create index service_routes_organization_idx on public.service_routes (organization_id);
create index service_routes_permission_idx on public.service_routes (permission);
alter table public.service_routes enable row level security;
grant select on public.service_routes to authenticated, service_role;
create policy "Managers see how their services are called" on public.service_routes
  for select to authenticated using (organization_id in (select core.my_organization_ids('gateway.manage')));

create table core.adapters (
  service_id uuid primary key references public.service_registry (id) on delete cascade,
  scheme text not null,
  secret_id uuid,
  parameter text,
  username text,
  token_url text,
  scope text,
  allow_private boolean not null default false,
  updated_at timestamptz not null default now(),
  constraint scheme_is_known check (scheme in ('none', 'gateway', 'bearer', 'basic', 'header', 'query', 'oauth2')),
  constraint a_scheme_has_its_secret check ((scheme in ('none', 'gateway')) = (secret_id is null)),
  constraint parameter_is_a_name check (parameter ~ '^[A-Za-z0-9_-]{1,60}$'),
  constraint a_parameter_has_a_name check (scheme not in ('header', 'query') or parameter is not null),
  constraint parameter_is_no_header_of_ours check (
    scheme <> 'header' or lower(parameter) not in ('host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'te', 'trailer')),
  constraint a_client_has_a_name check (scheme not in ('basic', 'oauth2') or username is not null),
  constraint username_is_plain check (username ~ '^[^\x01-\x1f:]{1,200}$'),
  constraint oauth2_has_an_address check ((scheme = 'oauth2') = (token_url is not null)),
  constraint token_url_is_an_address check (token_url ~ '^https?://[^/?#@\s]+(/[^#\s]*)?$' and length(token_url) <= 2000)
);
comment on table core.adapters is 'How the gateway signs in at a service outside that knows nothing of Almanac. No row: with a token of our own.';
comment on column core.adapters.scheme is 'gateway: by a token of ours, as at every registered service without an adapter.';
comment on column core.adapters.secret_id is 'The token, password, key or client secret, in Vault; never told again.';
comment on column core.adapters.parameter is 'Name of the header or of the query''s parameter.';
comment on column core.adapters.username is 'User of basic, client id of oauth2 (client credentials).';
comment on column core.adapters.allow_private is 'Whether it may be at a private address: the operator''s word, for what runs beside the platform.';
alter table core.adapters enable row level security;

-- plugins ------------------------------------------------------------------------------------------------------------

create table public.plugins (
  name text primary key,
  description text not null,
  event_types text[] not null default '{}',
  constraint name_is_a_url_segment check (name ~ '^[a-z][a-z0-9-]{0,59}$')
);
comment on table public.plugins is 'What can be switched on at the gateway; the code is in shared/plugins.';
comment on column public.plugins.event_types is 'Patterns of the events it hears (onEvent); none: it hears nothing.';
alter table public.plugins enable row level security;
grant select on public.plugins to authenticated, service_role;
create policy "Users see what plugins there are" on public.plugins for select to authenticated using (true);
insert into public.plugins (name, description, event_types) values
  ('response-cache', 'Keeps answers to GET for five minutes, until something happens in the organization', '{*}'),
  ('pii-masking', 'Logs paths and queries of requests, with what is personal in them masked', '{}');

create table public.organization_plugins (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  plugin text not null references public.plugins (name),
  enabled boolean not null default true,
  position int not null default 100,
  config jsonb not null default '{}',
  failures int not null default 0,
  failed_total bigint not null default 0,
  last_error text,
  updated_at timestamptz not null default now(),
  primary key (organization_id, plugin),
  constraint config_is_a_small_object check (jsonb_typeof(config) = 'object' and pg_column_size(config) <= 8192),
  constraint failures_are_counted check (failures >= 0 and failed_total >= 0)
);
comment on table public.organization_plugins is 'Which plugins an organization uses, in which order, and how they do.';
comment on column public.organization_plugins.failures is 'In a row; at ten it is switched off.';
create index organization_plugins_plugin_idx on public.organization_plugins (plugin);
alter table public.organization_plugins enable row level security;
grant select on public.organization_plugins to authenticated, service_role;
create policy "Managers see their plugins" on public.organization_plugins
  for select to authenticated using (organization_id in (select core.my_organization_ids('gateway.manage')));

create table core.plugin_cursor (
  only_row boolean primary key default true,
  tick_id bigint not null,
  constraint there_is_one_row check (only_row)
);
comment on table core.plugin_cursor is 'Up to which tick plugins have heard what happened.';
alter table core.plugin_cursor enable row level security;
insert into core.plugin_cursor (tick_id) select max(t.id) from core.ticks t;

-- kept answers -------------------------------------------------------------------------------------------------------

create unlogged table core.response_cache (
  key bytea primary key,
  organization_id uuid not null,
  service_id uuid not null,
  status int not null,
  headers jsonb not null,
  body bytea not null,
  stored_at timestamptz not null default now(),
  expires_at timestamptz not null,
  constraint bodies_are_small check (length(body) <= 262144)
);
comment on table core.response_cache is 'Answers of services, by a hash of who asked what. Unlogged: a crash empties it.';
create index response_cache_organization_idx on core.response_cache (organization_id, service_id);
create index response_cache_expires_idx on core.response_cache (expires_at);
alter table core.response_cache enable row level security;

create unlogged table core.cache_invalidations (
  organization_id uuid not null,
  service_id uuid not null,
  invalidated_at timestamptz not null,
  primary key (organization_id, service_id)
);
comment on table core.cache_invalidations is
  'What was asked for before this moment is not kept any more: an answer that was on its way when things changed.';
comment on column core.cache_invalidations.service_id is 'The nil uuid: all of the organization''s.';
alter table core.cache_invalidations enable row level security;
