-- Setting up the gateway: origins, routes, adapters (services outside and how to sign in there), plugins.

create function core.set_gateway_settings(organization_id uuid, allowed_origins text[]) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.gateway_settings;
  new_row public.gateway_settings;
  wrong text;
begin
  perform core.require(organization_id, 'gateway.manage');
  perform core.lock_stream(organization_id);
  select o into wrong from unnest(allowed_origins) o
  where o is null or o !~ '^(\*|https?://[a-z0-9.-]+(:[0-9]{1,5})?)$' or length(o) > 300 limit 1;
  if found or allowed_origins is null or cardinality(allowed_origins) > 100 then
    perform core.raise_error(422, 'invalid_input', 'An origin is https://app.example.com, without a path, in lower case; or *.',
      jsonb_build_object('field', 'allowed_origins', 'origin', wrong));
  end if;
  select g.* into old_row from public.gateway_settings g where g.organization_id = set_gateway_settings.organization_id;
  insert into public.gateway_settings (organization_id, allowed_origins) values (organization_id, allowed_origins)
  on conflict on constraint gateway_settings_pkey do update set allowed_origins = excluded.allowed_origins, updated_at = now()
  returning * into new_row;
  perform core.append_event(organization_id, 'organization', organization_id, 'organization.gateway_changed', '{"what": "origins"}');
  perform core.audit(organization_id, 'gateway.set', 'organization', organization_id, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.set_gateway_settings(uuid, text[]) is 'Sets which web pages may call the gateway for the organization.';
grant execute on function core.set_gateway_settings(uuid, text[]) to authenticated, service_role;

create function core.own_service(service_id uuid) returns public.service_registry
language plpgsql stable
set search_path = ''
as $$
declare
  service public.service_registry;
begin
  select s.* into service from public.service_registry s where s.id = own_service.service_id and s.status <> 'retired';
  if service.id is null or not (case when service.organization_id is null then core.is_service() or core.is_super_admin()
    else core.has_permission(service.organization_id, 'gateway.manage') end) then
    perform core.raise_error(404, 'not_found', 'There is no such service of yours.');
  end if;
  return service;
end;
$$;
comment on function core.own_service(uuid) is 'A service whose route the caller may set: their organization''s, the platform''s for the operator.';

create function core.put_route(service public.service_registry, route jsonb) returns public.service_routes
language plpgsql volatile
set search_path = ''
as $$
declare
  old_row public.service_routes;
  new_row public.service_routes;
begin
  perform core.refuse_unknown_keys(route, array['access', 'permission', 'allowed_methods', 'allowed_paths', 'timeout_ms',
    'max_body_bytes', 'retries', 'breaker_threshold', 'breaker_seconds']);
  select r.* into old_row from public.service_routes r where r.service_id = service.id for no key update;
  if not found then
    old_row := core.usual_route(service);
    old_row.id := core.uuid_v7();
  end if;
  begin
    new_row := jsonb_populate_record(old_row, route);
    new_row.updated_at := now();
    insert into public.service_routes select (new_row).*
    on conflict on constraint service_routes_pkey do update set access = excluded.access, permission = excluded.permission,
      allowed_methods = excluded.allowed_methods, allowed_paths = excluded.allowed_paths, timeout_ms = excluded.timeout_ms,
      max_body_bytes = excluded.max_body_bytes, retries = excluded.retries, breaker_threshold = excluded.breaker_threshold,
      breaker_seconds = excluded.breaker_seconds, updated_at = now();
  exception when check_violation or not_null_violation or foreign_key_violation or data_exception then
    perform core.raise_error(422, 'invalid_input', 'The route cannot be like this: see docs/gateway.md for what each field takes.',
      '{"field": "route"}');
  end;
  perform core.append_event(service.organization_id, 'service_route', new_row.id, 'service_route.changed',
    jsonb_build_object('service_id', service.id));
  perform core.audit(service.organization_id, 'service_route.set', 'service', service.id, to_jsonb(old_row), to_jsonb(new_row));
  return new_row;
end;
$$;
comment on function core.put_route(public.service_registry, jsonb) is 'Sets what is given of a service''s route.';

create function core.set_service_route(service_id uuid, route jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  return to_jsonb(core.put_route(core.own_service(service_id), route));
end;
$$;
comment on function core.set_service_route(uuid, jsonb) is 'Changes how the gateway calls a service.';
grant execute on function core.set_service_route(uuid, jsonb) to authenticated, service_role;

-- adapters -----------------------------------------------------------------------------------------------------------

create function core.adapter_document(service_id uuid) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('service_id', s.id, 'organization_id', s.organization_id, 'name', s.name, 'version', s.version,
    'endpoint', s.endpoint, 'status', s.status, 'scheme', a.scheme, 'parameter', a.parameter, 'username', a.username,
    'token_url', a.token_url, 'scope', a.scope, 'has_secret', a.secret_id is not null, 'allow_private', a.allow_private,
    'updated_at', a.updated_at,
    'route', (select to_jsonb(r) - array['id', 'service_id', 'organization_id'] from public.service_routes r where r.service_id = s.id))
  from public.service_registry s join core.adapters a on a.service_id = s.id
  where s.id = adapter_document.service_id
$$;
comment on function core.adapter_document(uuid) is 'An adapter as its managers see it: never with its secret.';

create function core.keep_secret(secret_id uuid, secret text, label text) returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  if secret is null then
    return secret_id;
  elsif secret_id is null then
    return vault.create_secret(secret, label, 'Credential of a service outside, kept by the gateway.');
  end if;
  perform vault.update_secret(secret_id, secret);
  return secret_id;
end;
$$;
comment on function core.keep_secret(uuid, text, text) is 'Puts a secret into Vault, in place of the one before; null leaves that.';

create function core.save_adapter(organization_id uuid, adapter jsonb, idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  answer jsonb;
  service public.service_registry;
  old_service public.service_registry;
  old_endpoint text;
  old_row core.adapters;
  new_row core.adapters;
  secret text := nullif(adapter ->> 'secret', '');
begin
  perform core.require(organization_id, 'gateway.manage');
  perform core.refuse_unknown_keys(adapter, array['name', 'version', 'endpoint', 'scheme', 'secret', 'parameter', 'username',
    'token_url', 'scope', 'allow_private', 'route']);
  answer := core.recall('save_adapter', organization_id, idempotency_key, adapter);
  if answer is not null then
    return answer;
  end if;
  perform core.lock_stream(organization_id);
  if adapter ->> 'endpoint' !~ '^https?://[^/?#@\s]+(/[^?#\s]*)?$' then
    perform core.raise_error(422, 'invalid_input', 'An endpoint is an http(s) address without credentials and query.',
      '{"field": "endpoint"}');
  elsif coalesce((adapter ->> 'allow_private')::boolean, false) and not (core.is_service() or core.is_super_admin()) then
    perform core.raise_error(403, 'permission_denied', 'Private addresses are the operator''s to allow.', '{"permission": "service"}');
  end if;
  select s.* into service from public.service_registry s
  where s.name = adapter ->> 'name' and s.organization_id = save_adapter.organization_id and s.status <> 'retired';
  select a.* into old_row from core.adapters a where a.service_id = service.id;
  old_endpoint := service.endpoint;
  if service.id is not null and old_row.service_id is null or exists (
    select from public.service_registry s
    where s.name = adapter ->> 'name' and s.organization_id is null and s.status <> 'retired'
  ) then
    perform core.raise_error(409, 'service_name_taken', 'A service has this name.', jsonb_build_object('name', adapter ->> 'name'));
  end if;
  -- Whoever may change where a credential goes must know it: else it could be sent anywhere.
  if old_row.secret_id is not null and secret is null
    and (coalesce(adapter ->> 'endpoint', old_endpoint) <> old_endpoint
      or coalesce(adapter ->> 'token_url', old_row.token_url) is distinct from old_row.token_url) then
    perform core.raise_error(422, 'invalid_input', 'The credential must be given again when it goes elsewhere.', '{"field": "secret"}');
  end if;
  -- The operator let it be at this address: another one is not what they looked at.
  if coalesce((adapter ->> 'allow_private')::boolean, old_row.allow_private) and not (core.is_service() or core.is_super_admin())
    and (coalesce(adapter ->> 'endpoint', old_endpoint) <> old_endpoint
      or coalesce(adapter ->> 'token_url', old_row.token_url) is distinct from old_row.token_url) then
    perform core.raise_error(403, 'permission_denied', 'Private addresses are the operator''s to allow.', '{"permission": "service"}');
  end if;
  -- What no header can hold fails when it is sent, and the failure says it.
  if coalesce(adapter ->> 'scheme', old_row.scheme) in ('bearer', 'header')
    and coalesce(secret, (select v.decrypted_secret from vault.decrypted_secrets v where v.id = old_row.secret_id)) ~ '[^\x20-\x7e]' then
    perform core.raise_error(422, 'invalid_input', 'A header holds printable characters of ASCII, and no others.', '{"field": "secret"}');
  end if;
  if service.id is null then
    perform core.make_room_for_a_service(organization_id);
  end if;
  begin
    if service.id is null then
      insert into public.service_registry (organization_id, name, version, endpoint)
      values (organization_id, adapter ->> 'name', coalesce(adapter ->> 'version', '1'), adapter ->> 'endpoint')
      returning * into service;
      insert into core.service_health (service_id) values (service.id);
      perform core.tell_service(service, 'platform_service.registered', null, to_jsonb(service));
    else
      old_service := service;
      update public.service_registry s
      set endpoint = coalesce(adapter ->> 'endpoint', s.endpoint), version = coalesce(adapter ->> 'version', s.version), updated_at = now()
      where s.id = service.id returning s.* into service;
      if (service.endpoint, service.version) is distinct from (old_service.endpoint, old_service.version) then
        perform core.tell_service(service, 'platform_service.updated', to_jsonb(old_service), to_jsonb(service));
      end if;
    end if;
    new_row := jsonb_populate_record(old_row, adapter - array['secret', 'name', 'endpoint', 'route']);
    new_row.service_id := service.id;
    new_row.scheme := coalesce(new_row.scheme, 'none');
    new_row.allow_private := coalesce(new_row.allow_private, false);
    new_row.updated_at := clock_timestamp();
    new_row.secret_id := case when new_row.scheme not in ('none', 'gateway')
      then core.keep_secret(old_row.secret_id, secret, 'adapter:' || service.id) end;
    insert into core.adapters select (new_row).*
    on conflict on constraint adapters_pkey do update set scheme = excluded.scheme, secret_id = excluded.secret_id,
      parameter = excluded.parameter, username = excluded.username, token_url = excluded.token_url, scope = excluded.scope,
      allow_private = excluded.allow_private, updated_at = excluded.updated_at;
  exception when check_violation or not_null_violation or data_exception then
    perform core.raise_error(422, 'invalid_input',
      'The adapter cannot be like this: it needs a name, an http(s) endpoint, and what its scheme asks for.', '{"field": "adapter"}');
  end;
  if new_row.secret_id is null and old_row.secret_id is not null then
    delete from vault.secrets v where v.id = old_row.secret_id;
  end if;
  perform core.put_route(service, coalesce(adapter -> 'route', '{}'));
  perform core.audit(organization_id, 'adapter.save', 'service', service.id, to_jsonb(old_row), to_jsonb(new_row));
  return core.keep('save_adapter', organization_id, idempotency_key, core.adapter_document(service.id));
end;
$$;
comment on function core.save_adapter(uuid, jsonb, text) is
  'Makes or changes an adapter by its name: what is given, the rest stays. The secret goes to Vault and is never told again.';
grant execute on function core.save_adapter(uuid, jsonb, text) to authenticated, service_role;

create function core.remove_adapter(service_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  service public.service_registry := core.own_service(service_id);
  retired public.service_registry;
  adapter core.adapters;
begin
  delete from core.adapters a where a.service_id = remove_adapter.service_id returning a.* into adapter;
  if adapter.service_id is null then
    perform core.raise_error(404, 'not_found', 'There is no such adapter.');
  end if;
  delete from vault.secrets v where v.id = adapter.secret_id;
  update public.service_registry s set status = 'retired', status_changed_at = now(), updated_at = now() where s.id = service.id
  returning s.* into retired;
  perform core.tell_service(retired, 'platform_service.retired', to_jsonb(service), to_jsonb(retired));
  perform core.append_event(service.organization_id, 'service_route', r.id, 'service_route.removed', jsonb_build_object('service_id', service.id))
  from public.service_routes r where r.service_id = service.id;
  perform core.audit(service.organization_id, 'adapter.remove', 'service', service.id, to_jsonb(adapter), null);
end;
$$;
comment on function core.remove_adapter(uuid) is 'Retires an adapter and forgets its credential.';
grant execute on function core.remove_adapter(uuid) to authenticated, service_role;

create function core.list_adapters(organization_id uuid) returns setof jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform core.require(organization_id, 'gateway.manage');
  return query
  select core.adapter_document(s.id) from public.service_registry s
  join core.adapters a on a.service_id = s.id
  where s.organization_id = list_adapters.organization_id and s.status <> 'retired' order by s.name;
end;
$$;
comment on function core.list_adapters(uuid) is 'The adapters of an organization, without their secrets.';
grant execute on function core.list_adapters(uuid) to authenticated, service_role;

-- plugins ------------------------------------------------------------------------------------------------------------

create function core.set_organization_plugin(
  organization_id uuid, plugin text, enabled boolean default true, place int default 100, config jsonb default '{}') returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.organization_plugins;
  new_row public.organization_plugins;
begin
  perform core.require(organization_id, 'gateway.manage');
  perform core.lock_stream(organization_id);
  if not exists (select from public.plugins p where p.name = plugin) then
    perform core.raise_error(404, 'not_found', 'There is no such plugin.');
  elsif jsonb_typeof(config) is distinct from 'object' or pg_column_size(config) > 8192 or enabled is null or place is null then
    perform core.raise_error(422, 'invalid_input', 'A plugin''s config is an object of at most 8 kB.', '{"field": "config"}');
  end if;
  select p.* into old_row from public.organization_plugins p
  where p.organization_id = set_organization_plugin.organization_id and p.plugin = set_organization_plugin.plugin;
  insert into public.organization_plugins (organization_id, plugin, enabled, position, config)
  values (organization_id, plugin, enabled, place, config)
  on conflict on constraint organization_plugins_pkey do update
    set enabled = excluded.enabled, position = excluded.position, config = excluded.config, failures = 0, updated_at = now()
  returning * into new_row;
  perform core.append_event(organization_id, 'organization', organization_id, 'organization.gateway_changed',
    jsonb_build_object('what', 'plugins'));
  perform core.audit(organization_id, 'plugin.set', 'organization', organization_id, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.set_organization_plugin(uuid, text, boolean, int, jsonb) is
  'Switches a plugin on or off for the organization, with its place in the order and its config; its failures start anew.';
grant execute on function core.set_organization_plugin(uuid, text, boolean, int, jsonb) to authenticated, service_role;

-- facades ------------------------------------------------------------------------------------------------------------

create function public.set_gateway_settings(organization_id uuid, allowed_origins text[]) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.set_gateway_settings(organization_id, allowed_origins) $$;
comment on function public.set_gateway_settings(uuid, text[]) is
  'Which web pages may call the gateway for the organization; needs gateway.manage. 422 invalid_input.';
grant execute on function public.set_gateway_settings(uuid, text[]) to authenticated, service_role;

create function public.set_service_route(service_id uuid, route jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.set_service_route(service_id, route) $$;
comment on function public.set_service_route(uuid, jsonb) is
  'How the gateway calls a service: what is given; needs gateway.manage. 404 not_found, 422 invalid_input.';
grant execute on function public.set_service_route(uuid, jsonb) to authenticated, service_role;

create function public.save_adapter(organization_id uuid, adapter jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.save_adapter(organization_id, adapter, idempotency_key) $$;
comment on function public.save_adapter(uuid, jsonb, text) is
  'A service outside and how to sign in there, by its name; needs gateway.manage. 409 service_name_taken, 422 invalid_input.';
grant execute on function public.save_adapter(uuid, jsonb, text) to authenticated, service_role;

create function public.remove_adapter(service_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.remove_adapter(service_id) $$;
comment on function public.remove_adapter(uuid) is 'Retires an adapter and forgets its credential; needs gateway.manage. 404 not_found.';
grant execute on function public.remove_adapter(uuid) to authenticated, service_role;

create function public.list_adapters(organization_id uuid) returns setof jsonb
language sql stable security invoker
set search_path = ''
as $$ select * from core.list_adapters(organization_id) $$;
comment on function public.list_adapters(uuid) is 'The adapters of an organization, without their secrets; needs gateway.manage.';
grant execute on function public.list_adapters(uuid) to authenticated, service_role;

create function public.set_organization_plugin(
  organization_id uuid, plugin text, enabled boolean default true, place int default 100, config jsonb default '{}') returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.set_organization_plugin(organization_id, plugin, enabled, place, config) $$;
comment on function public.set_organization_plugin(uuid, text, boolean, int, jsonb) is
  'Switches a plugin on or off for the organization; needs gateway.manage. 404 not_found, 422 invalid_input.';
grant execute on function public.set_organization_plugin(uuid, text, boolean, int, jsonb) to authenticated, service_role;
