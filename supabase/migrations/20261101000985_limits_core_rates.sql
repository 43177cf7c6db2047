-- Rate limits: how many requests a caller may make, decided in one round trip.
--
-- Each bucket is one moment (GCRA): when it would be empty again of what was taken. A request moves that moment on by one
-- step (period / limit) and is refused where it lies too far ahead (burst * step). A refusal is read, never locked: whoever
-- knocks at a closed door costs no write and makes nobody wait. The buckets are unlogged: after a crash everyone has all
-- their tokens again.

create table core.rate_tiers (
  name text primary key,
  max_requests int not null,
  period_seconds int not null,
  burst int not null,
  description text not null,
  constraint name_is_a_word check (name ~ '^[a-z][a-z_]{0,39}$'),
  constraint some_are_allowed check (max_requests between 1 and 10000000 and burst between 1 and 10000000),
  constraint period_is_a_day_at_most check (period_seconds between 1 and 86400),
  constraint steps_can_be_told_apart check (max_requests / period_seconds <= 100000)
);
comment on table core.rate_tiers is 'How much each kind of caller may ask. Rows are the operator''s to change; what counts is read at each request.';
comment on column core.rate_tiers.max_requests is 'How many a period: what is refilled, evenly.';
comment on column core.rate_tiers.burst is
  'How many at once, from a full bucket. As large as max_requests: twice the rate can be kept up for one period, no longer.';
alter table core.rate_tiers enable row level security;

insert into core.rate_tiers (name, max_requests, period_seconds, burst, description) values
  ('api_key', 1000, 3600, 1000, 'An API key, of an organization that has no tier of its own'),
  ('standard', 1000, 60, 1000, 'A signed-in user'),
  ('premium', 10000, 60, 10000, 'Keys and members of an organization that the operator gave it; 2x the rate for 60 seconds'),
  ('service', 10000, 60, 10000, 'A registered service with its token'),
  ('guest', 600, 60, 600, 'Everyone behind one address who has no account: a whole waiting room may share it');

create table core.rate_routes (
  route text not null,
  tier text not null references core.rate_tiers (name) on delete cascade,
  max_requests int not null,
  period_seconds int not null,
  burst int not null,
  primary key (route, tier),
  constraint route_is_a_path check (route ~ '^[A-Za-z0-9_.~-]+(/[A-Za-z0-9_.~-]+)*$'),
  constraint some_are_allowed check (max_requests between 1 and 10000000 and burst between 1 and 10000000),
  constraint period_is_a_day_at_most check (period_seconds between 1 and 86400),
  constraint steps_can_be_told_apart check (max_requests / period_seconds <= 100000)
);
comment on table core.rate_routes is 'Limits of single routes, in place of the tier''s: each has a bucket of its own.';
comment on column core.rate_routes.route is
  'rpc/<function> of the Data API, or <service>[/<path>] of the gateway, where the longest that the path begins with holds.';
create index rate_routes_tier_idx on core.rate_routes (tier);
alter table core.rate_routes enable row level security;

-- What takes something from others until it expires: a guest needs no account for it, so their address is all there is.
insert into core.rate_routes (route, tier, max_requests, period_seconds, burst) values
  ('rpc/place_hold', 'guest', 120, 60, 120),
  ('rpc/book_appointment', 'guest', 120, 60, 120),
  ('rpc/book_series', 'guest', 60, 60, 60),
  ('rpc/join_session', 'guest', 120, 60, 120),
  ('rpc/join_waitlist', 'guest', 120, 60, 120),
  ('rpc/join_queue', 'guest', 120, 60, 120);

create table core.organization_tiers (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  tier text not null references core.rate_tiers (name),
  updated_at timestamptz not null default now()
);
comment on table core.organization_tiers is 'What the operator gave an organization; without a row the tiers of its callers hold.';
create index organization_tiers_tier_idx on core.organization_tiers (tier);
alter table core.organization_tiers enable row level security;

create table core.network_settings (
  only_row boolean primary key default true,
  address_header text,
  trusted_hops int not null default 1,
  constraint there_is_one_row check (only_row),
  constraint header_is_a_name check (address_header ~ '^[a-z0-9-]{1,60}$'),
  constraint hops_are_few check (trusted_hops between 1 and 10)
);
comment on table core.network_settings is 'How the address of a caller is told on this footing.';
comment on column core.network_settings.address_header is
  'Set by the edge, which overwrites what a client wrote there: cf-connecting-ip on hosted. Null where there is none.';
comment on column core.network_settings.trusted_hops is
  'Which entry of x-forwarded-for, from its right end, where the header is missing: every proxy appends whom it heard, and '
  'what stands left of our own proxies is whatever the client wrote.';
alter table core.network_settings enable row level security;
insert into core.network_settings (address_header) values ('cf-connecting-ip');

-- buckets ------------------------------------------------------------------------------------------------------------

create unlogged table core.rate_buckets (
  key text collate "C" primary key,
  empties_at timestamptz not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
comment on table core.rate_buckets is 'One a caller (and route). No index but the key''s: every update stays on its page.';
comment on column core.rate_buckets.empties_at is 'When all that was taken has been given back. In the past: as good as no row.';
alter table core.rate_buckets enable row level security;

create type core.rate_decision as (
  allowed boolean,
  "limit" int,
  remaining int,
  reset int,
  retry_after int,
  period int,
  policy text
);
comment on type core.rate_decision is
  'Whether a request may pass; what RateLimit-* and Retry-After say, in seconds; the policy by which it was decided.';

create function core.take_token(
  key text,
  max_requests int,
  period_seconds int,
  burst int,
  cost int default 1,
  policy text default null,
  peek boolean default false
) returns core.rate_decision
language plpgsql volatile
set search_path = ''
as $$
declare
  moment timestamptz := clock_timestamp();
  step float8 := period_seconds::float8 / max_requests;
  -- The latest end at which there is still room for what is asked.
  latest timestamptz := moment + make_interval(secs => step * (burst - least(cost, burst)));
  ends timestamptz;
  ahead float8 := 0;
  taken boolean := false;
begin
  select b.empties_at into ends from core.rate_buckets b where b.key = take_token.key;
  if ends > latest then
    ahead := extract(epoch from ends - moment);
    return (false, max_requests, 0, ceil(ahead), greatest(1, ceil(extract(epoch from ends - latest))), period_seconds, policy)::core.rate_decision;
  elsif peek then
    taken := true;
  else
    if ends is not null then
      update core.rate_buckets b set empties_at = greatest(b.empties_at, moment) + make_interval(secs => step * cost)
      where b.key = take_token.key and b.empties_at <= latest
      returning b.empties_at into ends;
      taken := found;
    end if;
    -- New, or cleared away meanwhile, or emptied by others meanwhile: then the row there refuses.
    if not taken then
      insert into core.rate_buckets as b (key, empties_at)
      values (take_token.key, moment + make_interval(secs => step * cost))
      on conflict on constraint rate_buckets_pkey
      do update set empties_at = greatest(b.empties_at, moment) + make_interval(secs => step * cost)
      where b.empties_at <= latest
      returning b.empties_at into ends;
      taken := found;
      if not taken then
        select b.empties_at into ends from core.rate_buckets b where b.key = take_token.key;
      end if;
    end if;
  end if;
  ahead := greatest(0, coalesce(extract(epoch from ends - moment), 0));
  return (taken, max_requests, greatest(0, burst - ceil(ahead / step)), ceil(ahead),
    case when not taken then greatest(1, ceil(extract(epoch from ends - latest))) end, period_seconds, policy)::core.rate_decision;
end;
$$;
comment on function core.take_token(text, int, int, int, int, text, boolean) is
  'Takes from a bucket, or refuses; `peek` only looks. Takes the row''s lock until the end of the transaction where it passes.';

create function core.clear_buckets(max_rows int default 10000) returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  cleared int;
begin
  -- Whoever is taking from a bucket just now keeps it.
  delete from core.rate_buckets b
  where b.ctid = any (array(
    select o.ctid from core.rate_buckets o where o.empties_at < now() limit max_rows for update skip locked));
  get diagnostics cleared = row_count;
  return cleared;
end;
$$;
comment on function core.clear_buckets(int) is 'Removes full buckets, which say nothing.';
select cron.schedule('core-clear-buckets', '* * * * *', 'select core.clear_buckets(100000)');

-- who asks -----------------------------------------------------------------------------------------------------------

create function core.network_of(address inet) returns text
language plpgsql immutable strict parallel safe
set search_path = ''
as $$
begin
  -- Whoever has one address of IPv6 has the whole network of it; IPv4 that is written as IPv6 has no such network.
  return case
    when address <<= '::ffff:0:0/96' then host('0.0.0.0'::inet + (address - '::ffff:0:0'::inet))
    when family(address) = 6 then host(network(set_masklen(address, 64)))
    else host(address)
  end;
end;
$$;
comment on function core.network_of(inet) is 'By what guests are told apart: an address, of IPv6 the /64.';

create function core.client_address(headers jsonb) returns text
language plpgsql stable security definer
set search_path = ''
as $$
declare
  network core.network_settings;
  said text := headers ->> 'x-client-address';
  address inet;
  hops text[];
begin
  -- A function of ours calls from its own address, and vouches for whom it heard.
  if said is not null and extensions.digest(headers ->> 'x-client-address-proof', 'sha256') = extensions.digest(encode(
    extensions.hmac(convert_to(said, 'UTF8'), convert_to(core.secret('jobs_key'), 'UTF8'), 'sha256'), 'hex'), 'sha256') then
    address := core.inet_or_null(said);
  else
    select n.* into network from core.network_settings n;
    address := core.inet_or_null(btrim(headers ->> network.address_header));
    if address is null then
      hops := string_to_array(headers ->> 'x-forwarded-for', ',');
      address := core.inet_or_null(btrim(hops[cardinality(hops) - network.trusted_hops + 1]));
    end if;
  end if;
  return core.network_of(address);
end;
$$;
comment on function core.client_address(jsonb) is
  'The address a request came from, as far as it can be trusted: what the edge wrote, never what a client wrote; of IPv6 the /64.';

create function core.take_for(caller_key text, tier text, route text, peek boolean default false) returns core.rate_decision
language plpgsql volatile
set search_path = ''
as $$
declare
  own core.rate_routes;
  usual core.rate_tiers;
begin
  select r.* into own from core.rate_routes r
  where r.tier = take_for.tier
    and (r.route = take_for.route or starts_with(take_for.route, r.route || '/'))
  order by length(r.route) desc limit 1;
  if found then
    return core.take_token(caller_key || '|' || own.route, own.max_requests, own.period_seconds, own.burst, 1,
      tier || ':' || own.route, peek);
  end if;
  select t.* into strict usual from core.rate_tiers t where t.name = take_for.tier;
  return core.take_token(caller_key, usual.max_requests, usual.period_seconds, usual.burst, 1, tier, peek);
end;
$$;
comment on function core.take_for(text, text, text, boolean) is
  'Takes one token of a caller: of the route''s bucket where it has limits of its own, else of the tier''s.';

create function core.rate_headers(decision core.rate_decision) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'ratelimit-limit', (decision."limit")::text,
    'ratelimit-remaining', decision.remaining::text,
    'ratelimit-reset', decision.reset::text,
    'ratelimit-policy', format('"%s";q=%s;w=%s', decision.policy, decision."limit", decision.period),
    'ratelimit', format('"%s";r=%s;t=%s', decision.policy, decision.remaining, coalesce(decision.retry_after, decision.reset)),
    'retry-after', decision.retry_after::text));
end;
$$;
comment on function core.rate_headers(core.rate_decision) is
  'A decision as headers: RateLimit-Limit, -Remaining and -Reset as they are widely read, RateLimit and RateLimit-Policy as the '
  'draft of the IETF has them now.';

create function core.tier_of(kind text, id uuid, organization_id uuid default null, own_tier text default null) returns text
language plpgsql stable
set search_path = ''
as $$
declare
  given text;
begin
  if kind = 'user' and organization_id is null then
    -- the best of theirs: which of them a call of the Data API is for, is not known yet
    select g.tier into given
    from public.memberships m
    join core.organization_tiers g on g.organization_id = m.organization_id
    join core.rate_tiers t on t.name = g.tier
    where m.user_id = tier_of.id
    order by t.max_requests::float8 / t.period_seconds desc limit 1;
  elsif kind = 'user' or kind = 'api_key' and own_tier = 'api_key' then
    select g.tier into given from core.organization_tiers g where g.organization_id = tier_of.organization_id;
  end if;
  return coalesce(given, case kind when 'user' then 'standard' when 'api_key' then coalesce(own_tier, kind) else kind end);
end;
$$;
comment on function core.tier_of(text, uuid, uuid, text) is
  'The tier of a caller: what the operator gave the key, else the organization, else that of their kind (user, api_key, '
  'service, guest).';

-- the Data API -------------------------------------------------------------------------------------------------------

create function core.limit_request() returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  -- Reads run in read-only transactions: they are refused where too much was taken, and take nothing themselves.
  reads boolean := coalesce(current_setting('request.method', true), '') in ('GET', 'HEAD')
    or current_setting('transaction_read_only')::boolean;
  route text := coalesce(substring(current_setting('request.path', true) from '(rpc/[a-z0-9_]+)/?$'), 'rest');
  role text := auth.role();
  credential core.credential;
  kind text := 'user';
  id uuid := auth.uid();
  tier text;
  decision core.rate_decision;
begin
  -- Secret keys are the operator's own.
  if role = 'service_role' then
    return;
  elsif id is null then
    credential := core.acting_credential();
    kind := coalesce(credential.kind, 'guest');
    id := credential.id;
  end if;
  tier := core.tier_of(kind, id, credential.organization_id, credential.tier);
  decision := core.take_for(
    'rest:' || kind || ':' || coalesce(id::text, core.client_address(core.request_headers()), 'unknown'), tier, route, reads);
  if decision.allowed then
    perform set_config('response.headers',
      (select jsonb_agg(jsonb_build_object(h.key, h.value)) from jsonb_each_text(core.rate_headers(decision)) h)::text, true);
    return;
  end if;
  -- PostgREST's own way to answer with headers: the body is what raise_error(429, ...) would make.
  raise sqlstate 'PGRST' using
    message = jsonb_build_object('code', 'PT429', 'message', 'rate_limited',
      'details', jsonb_build_object('retry_after', decision.retry_after)::text,
      'hint', format('Too many requests. Try again in %s seconds.', decision.retry_after))::text,
    detail = jsonb_build_object('status', 429, 'status_text', 'Too Many Requests', 'headers', core.rate_headers(decision))::text;
end;
$$;
comment on function core.limit_request() is
  'Part of core.before_request(): limits who calls the Data API without the gateway. What a refused command took is rolled '
  'back with it.';
grant execute on function core.limit_request() to anon, authenticated, service_role;

-- the operator's -----------------------------------------------------------------------------------------------------

create function core.set_organization_tier(organization_id uuid, tier text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_tier text;
begin
  if not core.is_super_admin() then
    perform core.require_service();
  end if;
  perform core.lock_stream(organization_id);
  if tier is not null and not exists (select from core.rate_tiers t where t.name = tier) then
    perform core.raise_error(422, 'invalid_input', 'There is no such tier.', '{"field": "tier"}');
  end if;
  select g.tier into old_tier from core.organization_tiers g where g.organization_id = set_organization_tier.organization_id;
  if tier is null then
    delete from core.organization_tiers g where g.organization_id = set_organization_tier.organization_id;
  else
    insert into core.organization_tiers (organization_id, tier) values (organization_id, tier)
    on conflict on constraint organization_tiers_pkey do update set tier = excluded.tier, updated_at = now();
  end if;
  perform core.append_event(organization_id, 'organization', organization_id, 'organization.tier_changed',
    jsonb_build_object('tier', tier));
  perform core.audit(organization_id, 'organization.set_tier', 'organization', organization_id,
    jsonb_build_object('tier', old_tier), jsonb_build_object('tier', tier));
  return jsonb_build_object('organization_id', organization_id, 'tier', tier);
end;
$$;
comment on function core.set_organization_tier(uuid, text) is
  'Gives the members and keys of an organization another tier; null takes it back. For the operator.';
grant execute on function core.set_organization_tier(uuid, text) to authenticated, service_role;

create function public.set_organization_tier(organization_id uuid, tier text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.set_organization_tier(organization_id, tier) $$;
comment on function public.set_organization_tier(uuid, text) is
  'For the operator (secret key or super admin): the rate limits of an organization. 422 invalid_input.';
grant execute on function public.set_organization_tier(uuid, text) to authenticated, service_role;
