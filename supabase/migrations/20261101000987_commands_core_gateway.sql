-- What the gateway asks for each request, in one round trip, and what it reports afterwards.
--
-- A refusal is an answer here, not an error: an error would roll back the token that the request took.

create function core.refusal(status int, code text, detail text, members jsonb default '{}') returns jsonb
language plpgsql immutable
set search_path = ''
as $$ begin return jsonb_build_object('status', status, 'code', code, 'detail', detail, 'members', members); end $$;
comment on function core.refusal(int, text, text, jsonb) is 'What the gateway answers in place of the service.';

create function core.path_is_allowed(path text, patterns text[]) returns boolean
language plpgsql immutable
set search_path = ''
as $$
declare
  pattern text;
begin
  foreach pattern in array patterns loop
    if right(pattern, 1) = '*' and starts_with(path, left(pattern, -1)) or path = pattern
      or right(pattern, 2) = '/*' and path = left(pattern, -2) then
      return true;
    end if;
  end loop;
  return false;
end;
$$;
comment on function core.path_is_allowed(text, text[]) is 'Whether a path is one of these, or begins as one with a * at its end does.';

create function core.may_call(caller core.credential, organization_id uuid, permission text) returns boolean
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_variable
begin
  if caller.kind = 'user' then
    return exists (
      select from public.memberships m
      where m.organization_id = may_call.organization_id and m.user_id = caller.id
        and (permission is null or exists (
          select from public.role_permissions rp where rp.role = m.role and rp.permission = may_call.permission)));
  end if;
  return caller.organization_id = organization_id and (permission is null or permission = any (caller.scopes));
end;
$$;
comment on function core.may_call(core.credential, uuid, text) is
  'Whether a caller that the gateway has verified may do this in the organization: has_permission for somebody else.';

create function core.gateway_caller(request jsonb) returns core.credential
language plpgsql stable
set search_path = ''
as $$
declare
  caller core.credential;
begin
  if request ->> 'api_key' is not null then
    caller := core.credential_of_key(request ->> 'api_key');
  elsif request ->> 'service_token' is not null then
    caller := core.credential_of_token(request ->> 'service_token');
  elsif request ->> 'user_id' is not null then
    caller.kind := 'user';
    caller.id := request ->> 'user_id';
  else
    caller.kind := 'guest';
  end if;
  return caller;
end;
$$;
comment on function core.gateway_caller(jsonb) is 'Who calls: what the gateway verified (user_id), or what is found here by its hash.';

create function core.origin_is_allowed(origin text, organization_id uuid, otherwise boolean) returns boolean
language plpgsql stable
set search_path = ''
as $$
declare
  origins text[];
begin
  if origin is null then
    return true;
  end if;
  select g.allowed_origins into origins from public.gateway_settings g where g.organization_id = origin_is_allowed.organization_id;
  return case when found then '*' = any (origins) or origin = any (origins) else otherwise end;
end;
$$;
comment on function core.origin_is_allowed(text, uuid, boolean) is 'Whether web pages of an origin may call for the organization.';

create function core.gateway_refusal(caller core.credential, service public.service_registry, route public.service_routes,
  organization_id uuid, request jsonb) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  access text := case caller.kind when 'api_key' then 'key' else caller.kind end;
  retry_at timestamptz;
begin
  if service.id is null then
    return core.refusal(404, 'service_not_found', 'There is no such service for you.');
  elsif not core.origin_is_allowed(request ->> 'origin', organization_id, service.internal) then
    return core.refusal(403, 'origin_not_allowed', 'The organization does not let pages of this origin call.');
  elsif not access = any (route.access) then
    return case when access = 'guest' then core.refusal(401, 'not_authenticated', 'This service is not for guests: sign in first.')
      else core.refusal(403, 'caller_not_allowed', 'This service is not for callers of your kind.', jsonb_build_object('caller', access)) end;
  elsif not service.internal and caller.kind <> 'guest' and not core.may_call(caller, organization_id, route.permission) then
    return core.refusal(403, 'permission_denied', 'You may not call this service.', jsonb_build_object('permission', route.permission));
  elsif not request ->> 'method' = any (route.allowed_methods) then
    return core.refusal(405, 'method_not_allowed', 'The service is not called by this method.');
  elsif not core.path_is_allowed(request ->> 'path', route.allowed_paths) then
    return core.refusal(403, 'path_not_allowed', 'This path of the service is not open.');
  elsif not core.breaker_admits('service:' || service.id) then
    select b.retry_at into retry_at from core.breakers b where b.name = 'service:' || service.id;
    return core.refusal(503, 'circuit_open', 'The service has failed too often and is left alone for a while.',
      jsonb_build_object('retry_after', greatest(1, ceil(extract(epoch from retry_at - clock_timestamp()))::int)));
  end if;
  return null;
end;
$$;
comment on function core.gateway_refusal(core.credential, public.service_registry, public.service_routes, uuid, jsonb) is
  'Why a request does not reach its service; null: it does. The breaker is asked last: its one try must not be wasted.';

create function core.admit_request(request jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  caller core.credential := core.gateway_caller(request);
  organization_id uuid := coalesce(core.uuid_or_null(request ->> 'organization_id'), caller.organization_id);
  known boolean := coalesce(caller.kind, '') <> '';
  member boolean;
  service public.service_registry;
  route public.service_routes;
  decision core.rate_decision;
  refusal jsonb;
begin
  perform core.require_service();
  member := case when organization_id is null then true when caller.kind = 'guest' then true
    when known then core.may_call(caller, organization_id, null) end;
  -- Whoever guesses keys or probes for services uses up tokens by it.
  decision := core.take_for(
    'gateway:' || coalesce(caller.kind, 'guest') || ':' || coalesce(caller.id::text, core.network_of(core.inet_or_null(request ->> 'address')), 'unknown'),
    core.tier_of(coalesce(caller.kind, 'guest'), caller.id, case when member then organization_id end, caller.tier),
    (request ->> 'service') || (request ->> 'path'));
  if not decision.allowed then
    refusal := core.refusal(429, 'rate_limited', format('Too many requests. Try again in %s seconds.', decision.retry_after),
      jsonb_build_object('retry_after', decision.retry_after));
  elsif not known then
    refusal := case when request ->> 'api_key' is not null
      then core.refusal(401, 'invalid_api_key', 'This API key has expired, was revoked or is none.')
      else core.refusal(401, 'invalid_service_token', 'This service token has expired, was revoked or is none.') end;
  elsif not member then
    refusal := core.refusal(403, 'foreign_organization', 'You do not belong to this organization, nor does what you call with.');
  else
    -- The platform's names cannot be taken over by an organization's.
    select s.* into service from public.service_registry s
    where s.name = request ->> 'service' and s.status <> 'retired'
      and (s.organization_id = organization_id
        or s.organization_id is null and (s.internal or exists (
          select from core.service_grants g where g.service_id = s.id and g.organization_id = organization_id)))
    order by s.organization_id nulls first limit 1;
    select r.* into route from public.service_routes r where r.service_id = service.id;
    if not found then
      select r.* into route from core.usual_route(service) r;
    end if;
    refusal := core.gateway_refusal(caller, service, route, organization_id, request);
  end if;
  return jsonb_build_object(
    'rate', core.rate_headers(decision),
    'refusal', refusal,
    'organization_id', case when member then organization_id end,
    'caller', jsonb_build_object('kind', coalesce(caller.kind, 'guest'), 'id', caller.id, 'name', caller.name))
    || case when refusal is null then core.route_document(service, route, organization_id) else '{}' end;
end;
$$;
comment on function core.admit_request(jsonb) is
  'Whether a request of the gateway may pass, and how it is to be called: rate, caller, organization, route, breaker, plugins.';
grant execute on function core.admit_request(jsonb) to service_role;

create function core.usual_route(service public.service_registry) returns public.service_routes
language plpgsql stable
set search_path = ''
as $$
declare
  route public.service_routes;
begin
  route.service_id := service.id;
  route.organization_id := service.organization_id;
  -- Our own functions check their callers themselves, guests too.
  route.access := case when service.internal then '{user,key,service,guest}' else '{user,key,service}' end;
  route.permission := 'gateway.call';
  route.allowed_methods := '{GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS}';
  route.allowed_paths := '{/*}';
  route.timeout_ms := 30000;
  route.max_body_bytes := 10485760;
  route.retries := 2;
  route.breaker_threshold := 5;
  route.breaker_seconds := 10;
  return route;
end;
$$;
comment on function core.usual_route(public.service_registry) is 'How a service is called that has no row in service_routes.';

create function core.route_document(service public.service_registry, route public.service_routes, organization_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_variable
declare
  adapter core.adapters;
begin
  select a.* into adapter from core.adapters a where a.service_id = service.id;
  return jsonb_build_object(
    'service', jsonb_build_object('id', service.id, 'name', service.name, 'internal', service.internal, 'endpoint', service.endpoint,
      'owned', service.organization_id is not null),
    'route', jsonb_build_object('timeout_ms', route.timeout_ms, 'max_body_bytes', route.max_body_bytes, 'retries', route.retries),
    -- A breaker without failures has nothing to hear of a success.
    'report', exists (select from core.breakers b where b.name = 'service:' || service.id),
    'adapter', case when adapter.service_id is not null then jsonb_build_object('scheme', adapter.scheme,
      'parameter', adapter.parameter, 'username', adapter.username, 'token_url', adapter.token_url, 'scope', adapter.scope,
      'allow_private', adapter.allow_private, 'version', extract(epoch from adapter.updated_at),
      'secret', (select s.decrypted_secret from vault.decrypted_secrets s where s.id = adapter.secret_id)) end,
    'plugins', (
      select coalesce(jsonb_agg(jsonb_build_object('name', p.plugin, 'config', p.config, 'failures', p.failures)
        order by p.position, p.plugin), '[]')
      from public.organization_plugins p where p.organization_id = organization_id and p.enabled));
end;
$$;
comment on function core.route_document(public.service_registry, public.service_routes, uuid) is
  'How the gateway calls a service. Holds its credential: for secret keys alone.';

create function core.origin_is_known(origin text, service text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  return exists (select from public.gateway_settings g where g.allowed_origins && array['*', origin])
    or exists (select from public.service_registry s where s.name = service and s.internal and s.status <> 'retired');
end;
$$;
comment on function core.origin_is_known(text, text) is
  'Whether any organization lets pages of an origin call: all that can be said of a preflight, which names no organization. Our '
  'own functions are called from anywhere.';
grant execute on function core.origin_is_known(text, text) to service_role;

-- reports ------------------------------------------------------------------------------------------------------------

create function core.report_plugin(organization_id uuid, plugin text, error text) returns void
language plpgsql volatile
set search_path = ''
as $$
#variable_conflict use_variable
declare
  failed int;
begin
  if error is null then
    update public.organization_plugins p set failures = 0
    where p.organization_id = organization_id and p.plugin = plugin and p.failures > 0;
    return;
  end if;
  update public.organization_plugins p
  set failures = p.failures + 1, failed_total = p.failed_total + 1, last_error = left(error, 500), enabled = p.enabled and p.failures + 1 < 10
  where p.organization_id = organization_id and p.plugin = plugin
  returning p.failures into failed;
  if failed = 10 then
    perform core.append_event(organization_id, 'organization', organization_id, 'organization.plugin_disabled',
      jsonb_build_object('plugin', plugin));
  end if;
end;
$$;
comment on function core.report_plugin(uuid, text, text) is
  'Counts a failure of a plugin, or ends the count of those in a row; the tenth in a row switches it off for the organization.';

create function core.settle_requests(reports jsonb) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  report jsonb;
  route public.service_routes;
begin
  perform core.require_service();
  perform core.require_array(reports, 'reports', 1000);
  for report in select r.value from jsonb_array_elements(reports) r loop
    case report ->> 'kind'
      when 'service' then
        select r.* into route from public.service_routes r where r.service_id = (report ->> 'service_id')::uuid;
        perform core.breaker_report('service:' || (report ->> 'service_id'), (report ->> 'succeeded')::boolean,
          coalesce(route.breaker_threshold, 5), coalesce(route.breaker_seconds, 10));
      when 'plugin' then
        perform core.report_plugin((report ->> 'organization_id')::uuid, report ->> 'plugin', report ->> 'error');
      else
        perform core.raise_error(422, 'invalid_input', 'A report is of a service or a plugin.', '{"field": "kind"}');
    end case;
  end loop;
end;
$$;
comment on function core.settle_requests(jsonb) is
  'How requests went: {kind: service, service_id, succeeded}, {kind: plugin, organization_id, plugin, error}.';
grant execute on function core.settle_requests(jsonb) to service_role;

create function public.admit_request(request jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.admit_request(request) $$;
comment on function public.admit_request(jsonb) is 'For the gateway: whether a request may pass, and how its service is called.';
grant execute on function public.admit_request(jsonb) to service_role;

create function public.origin_is_known(origin text, service text) returns boolean
language sql stable security invoker
set search_path = ''
as $$ select core.origin_is_known(origin, service) $$;
comment on function public.origin_is_known(text, text) is 'For the gateway: whether any organization lets pages of an origin call.';
grant execute on function public.origin_is_known(text, text) to service_role;

create function public.settle_requests(reports jsonb) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.settle_requests(reports) $$;
comment on function public.settle_requests(jsonb) is 'For the gateway: how requests went.';
grant execute on function public.settle_requests(jsonb) to service_role;
