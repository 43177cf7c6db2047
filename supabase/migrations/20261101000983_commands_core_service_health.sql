-- How services are: looked at every half minute by jobs, and who can do what now. Our own functions are entered here.

create function core.enqueue_health_checks() returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  service record;
  project_url text := rtrim(core.secret('project_url'), '/');
  enqueued int := 0;
begin
  for service in
    select s.id, s.internal, s.health_endpoint
    from core.service_health h
    join public.service_registry s on s.id = h.service_id
    where s.health_endpoint is not null
      and s.status <> 'retired'
      and (not s.internal or project_url is not null)
      -- One look at a time; a job that was lost is not waited for.
      and (h.queued_at < now() - interval '25 seconds' and h.checked_at >= h.queued_at or h.queued_at < now() - interval '5 minutes')
    for update of h skip locked
  loop
    perform core.enqueue('platform', 'check_service_health', jsonb_build_object('service_id', service.id, 'internal', service.internal,
      'url', case when service.internal then project_url || service.health_endpoint else service.health_endpoint end));
    update core.service_health h set queued_at = now() where h.service_id = service.id;
    enqueued := enqueued + 1;
  end loop;
  return enqueued;
end;
$$;
comment on function core.enqueue_health_checks() is 'Enqueues a look at each service whose last one is half a minute old.';
select cron.schedule('core-service-health', '30 seconds', 'select core.enqueue_health_checks()');

create function core.report_service_health(service_id uuid, healthy boolean, latency_ms int, error text default null) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  service public.service_registry;
  health core.service_health;
  new_status text;
begin
  perform core.require_service();
  select s.* into service from public.service_registry s where s.id = report_service_health.service_id;
  if service.id is null or service.status = 'retired' then
    return 'retired';
  end if;
  update core.service_health h set
    failures = case when healthy then 0 else h.failures + 1 end,
    last_error = case when not healthy then left(report_service_health.error, 500) end,
    latency_ms = report_service_health.latency_ms,
    checked_at = now()
  where h.service_id = service.id
  returning h.* into health;
  new_status := case when healthy then 'healthy' when health.failures >= 3 then 'degraded' else service.status end;
  if new_status = service.status then
    return new_status;
  end if;
  -- Two workers that report at once: one of them sees the change.
  update public.service_registry s set status = new_status, status_changed_at = now()
  where s.id = service.id and s.status not in (new_status, 'retired')
  returning s.* into service;
  if found then
    perform core.tell_service(service,
      case new_status when 'degraded' then 'platform_service.degraded' else 'platform_service.recovered' end,
      null, to_jsonb(service), jsonb_build_object('failures', health.failures));
  end if;
  return new_status;
end;
$$;
comment on function core.report_service_health(uuid, boolean, int, text) is
  'What a look found: three failures in a row degrade a service, one success makes it healthy; returns its status.';
grant execute on function core.report_service_health(uuid, boolean, int, text) to service_role;

-- our own ------------------------------------------------------------------------------------------------------------

with own as (
  insert into public.service_registry (name, version, endpoint, health_endpoint, capabilities, internal) values
    ('appointments', '1.0.0', '/functions/v1/appointments', '/functions/v1/appointments/health',
      '{"scheduling": {}, "queues": {}, "feedback": {}}', true),
    ('platform', '1.0.0', '/functions/v1/platform', '/functions/v1/platform/health',
      '{"events": {}, "webhooks": {}, "registry": {}}', true)
  returning id
)
insert into core.service_health (service_id) select id from own;

-- reading ------------------------------------------------------------------------------------------------------------

create function core.get_service(service_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  service public.service_registry;
  manages boolean;
begin
  select s.* into service from public.service_registry s where s.id = get_service.service_id;
  if service.id is null or not (service.organization_id is null or core.has_permission(service.organization_id, 'members.read')
    or coalesce((core.acting_credential()).organization_id = service.organization_id, false)) then
    perform core.raise_error(404, 'not_found', 'There is no such service.');
  end if;
  manages := case when service.organization_id is null then core.is_service() or core.is_super_admin()
    else core.has_permission(service.organization_id, 'credentials.manage') end;
  return to_jsonb(service)
    || jsonb_build_object(
      'health', (select jsonb_build_object('failures', h.failures, 'checked_at', h.checked_at, 'latency_ms', h.latency_ms,
          'last_error', case when manages then h.last_error end)
        from core.service_health h where h.service_id = service.id),
      'grants', (select coalesce(jsonb_agg(jsonb_build_object('organization_id', g.organization_id, 'scopes', g.scopes, 'created_at', g.created_at) order by g.created_at), '[]')
        from core.service_grants g
        where g.service_id = service.id and (manages or core.has_permission(g.organization_id, 'credentials.manage'))),
      'secrets', case when manages then (
        select coalesce(jsonb_agg(jsonb_build_object('created_at', c.created_at, 'expires_at', c.expires_at) order by c.created_at), '[]')
        from core.service_secrets c where c.service_id = service.id) end);
end;
$$;
comment on function core.get_service(uuid) is 'A service with its health; the grants of organizations whose credentials the caller manages; to its managers, how old its secrets are.';
grant execute on function core.get_service(uuid) to authenticated, service_role;

create function core.discover_services(capability text, organization_id uuid default null)
returns setof public.service_registry
language plpgsql stable security invoker
set search_path = ''
as $$
begin
  if capability is null or capability !~ '^[a-z][a-z0-9_.-]{0,62}$' then
    perform core.raise_error(422, 'invalid_input', 'A capability is a word.', '{"field": "capability"}');
  end if;
  return query
  select s.* from public.service_registry s
  where s.capabilities ? discover_services.capability
    and s.status <> 'retired'
    and (s.organization_id is null or s.organization_id = discover_services.organization_id)
  order by case s.status when 'healthy' then 0 when 'registered' then 1 else 2 end, s.organization_id nulls last, s.name;
end;
$$;
comment on function core.discover_services(text, uuid) is
  'Who can do this: the platform''s services and the organization''s own, as far as the caller may see them; the healthy first.';
grant execute on function core.discover_services(text, uuid) to authenticated, service_role;

-- facades ------------------------------------------------------------------------------------------------------------

create function public.register_service(service jsonb, organization_id uuid default null, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.register_service(service, organization_id, idempotency_key) $$;
comment on function public.register_service(jsonb, uuid, text) is
  'Enters a service (name, version, endpoint, health_endpoint, capabilities, allowed_scopes) of an organization, or without one of '
  'the platform; the answer holds client_id and, once, client_secret. 403 scope_not_yours, 409 service_name_taken.';
grant execute on function public.register_service(jsonb, uuid, text) to authenticated, service_role;

create function public.update_registered_service(service_id uuid, changes jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.update_service(service_id, changes) $$;
comment on function public.update_registered_service(uuid, jsonb) is
  'Changes version, endpoint, health_endpoint, capabilities or allowed_scopes of a service. 409 service_retired.';
grant execute on function public.update_registered_service(uuid, jsonb) to authenticated, service_role;

create function public.retire_registered_service(service_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.retire_service(service_id) $$;
comment on function public.retire_registered_service(uuid) is 'Ends a service with its secrets, tokens and grants. 409 service_retired.';
grant execute on function public.retire_registered_service(uuid) to authenticated, service_role;

create function public.rotate_service_secret(service_id uuid, overlap_seconds int default 86400, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.rotate_service_secret(service_id, overlap_seconds, idempotency_key) $$;
comment on function public.rotate_service_secret(uuid, int, text) is 'A new client_secret, told once; the old one is good for the overlap longer.';
grant execute on function public.rotate_service_secret(uuid, int, text) to authenticated, service_role;

create function public.revoke_service_tokens(service_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.revoke_service_tokens(service_id) $$;
comment on function public.revoke_service_tokens(uuid) is 'Ends all tokens of a service at once.';
grant execute on function public.revoke_service_tokens(uuid) to authenticated, service_role;

create function public.grant_service(service_id uuid, organization_id uuid, scopes text[]) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.grant_service(service_id, organization_id, scopes) $$;
comment on function public.grant_service(uuid, uuid, text[]) is
  'Lets a service of the platform act in an organization with these scopes; needs credentials.manage there. 403 scope_not_yours.';
grant execute on function public.grant_service(uuid, uuid, text[]) to authenticated, service_role;

create function public.ungrant_service(service_id uuid, organization_id uuid) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.ungrant_service(service_id, organization_id) $$;
comment on function public.ungrant_service(uuid, uuid) is 'Takes a grant back, with the tokens made by it.';
grant execute on function public.ungrant_service(uuid, uuid) to authenticated, service_role;

create function public.report_service_health(service_id uuid, healthy boolean, latency_ms int, error text default null) returns text
language sql volatile security invoker
set search_path = ''
as $$ select core.report_service_health(service_id, healthy, latency_ms, error) $$;
comment on function public.report_service_health(uuid, boolean, int, text) is 'For workers: what a look at a service''s health found.';
grant execute on function public.report_service_health(uuid, boolean, int, text) to service_role;

create function public.get_registered_service(service_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.get_service(service_id) $$;
comment on function public.get_registered_service(uuid) is 'A registered service, its health and grants.';
grant execute on function public.get_registered_service(uuid) to authenticated, service_role;

create function public.discover_services(capability text, organization_id uuid default null)
returns setof public.service_registry
language sql stable security invoker
set search_path = ''
as $$ select * from core.discover_services(capability, organization_id) $$;
comment on function public.discover_services(text, uuid) is
  'The services with a capability: the platform''s and, where one is named, the organization''s own; the healthy first.';
grant execute on function public.discover_services(text, uuid) to authenticated, service_role;
