-- Commands on the registry of services: register, change, retire, secrets, grants.
--
-- A service belongs to one organization, which manages it alone, or to the platform; then each organization grants it what
-- it may do there. The service's row is the lock of all of it: tokens are issued under it.

create policy "Staff see their organization's services, all the platform's" on public.service_registry
  for select to authenticated using (
    organization_id is null
    or organization_id = any (array(select core.my_organization_ids('members.read')))
    or organization_id = (select (core.acting_credential()).organization_id)
  );

create function core.require_service_manager(organization_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if organization_id is null then
    perform core.require_platform();
  else
    perform core.require(organization_id, 'credentials.manage');
  end if;
end;
$$;
comment on function core.require_service_manager(uuid) is
  'Refuses who may not manage services: of an organization those who manage its credentials, of the platform who runs it.';

create function core.lock_service(service_id uuid) returns public.service_registry
language plpgsql volatile
set search_path = ''
as $$
declare
  service public.service_registry;
begin
  select s.* into service from public.service_registry s where s.id = service_id;
  if service.id is null or not (service.organization_id is null or core.has_permission(service.organization_id, 'credentials.manage')) then
    perform core.raise_error(404, 'not_found', 'There is no such service.');
  elsif service.organization_id is null then
    perform core.require_platform();
  end if;
  select s.* into service from public.service_registry s where s.id = service_id for no key update;
  if service.status = 'retired' then
    perform core.raise_error(409, 'service_retired', 'This service was retired: register it anew.');
  end if;
  return service;
end;
$$;
comment on function core.lock_service(uuid) is 'The service, locked, for who manages it and while it is not retired.';

create function core.capabilities_of(capabilities jsonb) returns jsonb
language plpgsql immutable
set search_path = ''
as $$
declare
  known jsonb := case jsonb_typeof(capabilities)
    when 'array' then (select coalesce(jsonb_object_agg(c #>> '{}', '{}'::jsonb), '{}') from jsonb_array_elements(capabilities) c)
    else capabilities
  end;
begin
  if jsonb_typeof(known) <> 'object' or pg_column_size(known) > 16384
    or exists (select from jsonb_object_keys(known) k where k !~ '^[a-z][a-z0-9_.-]{0,62}$') then
    perform core.raise_error(422, 'invalid_input', 'Capabilities are words, or an object of words with details.', '{"field": "capabilities"}');
  end if;
  return known;
end;
$$;
comment on function core.capabilities_of(jsonb) is 'Capabilities as an object, whether a client listed them or gave details.';

create function core.check_service(service public.service_registry) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  address text := '^https?://[^/?#@\s]+(/[^?#\s]*)?$';
  field text := case
    when service.name is null or service.name !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' then 'name'
    when service.version is null or service.version !~ '^[0-9A-Za-z][0-9A-Za-z.+-]{0,63}$' then 'version'
    when service.internal then null
    when service.endpoint is null or service.endpoint !~ address or length(service.endpoint) > 2000 then 'endpoint'
    when service.health_endpoint !~ '^https?://[^/?#@\s]+([/?][^#\s]*)?$' or length(service.health_endpoint) > 2000 then 'health_endpoint'
  end;
begin
  if field is not null then
    perform core.raise_error(422, 'invalid_input', 'A field of the service is not valid.', jsonb_build_object('field', field));
  end if;
end;
$$;
comment on function core.check_service(public.service_registry) is 'Names the first field that the table would refuse.';

create function core.new_service_secret(service_id uuid) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  secret text := 'alms_' || core.new_secret();
begin
  insert into core.service_secrets (secret_hash, service_id) values (sha256(convert_to(secret, 'UTF8')), service_id);
  return secret;
end;
$$;
comment on function core.new_service_secret(uuid) is 'A further secret of a service; only its hash stays.';

create function core.tell_service(service public.service_registry, type text, before jsonb, after jsonb, data jsonb default '{}') returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.append_event(service.organization_id, 'platform_service', service.id, type,
    jsonb_build_object('name', service.name, 'version', service.version, 'status', service.status) || data);
  perform core.audit(service.organization_id, type, 'platform_service', service.id, before, after);
end;
$$;
comment on function core.tell_service(public.service_registry, text, jsonb, jsonb, jsonb) is 'The event and the audit entry of a change to a service.';

create function core.make_room_for_a_service(organization_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  -- The lock makes those who are counted wait for one another.
  perform core.lock_stream(organization_id);
  if (select count(*) from public.service_registry s
    where s.organization_id = make_room_for_a_service.organization_id and s.status <> 'retired') >= 100 then
    perform core.raise_error(409, 'too_many_services', 'An organization has 100 services at most.', '{"maximum": 100}');
  end if;
end;
$$;
comment on function core.make_room_for_a_service(uuid) is
  'Refuses a service too many, adapters counted: each costs jobs all the time. PT409 too_many_services.';

create function core.register_service(service jsonb, organization_id uuid default null, idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  answer jsonb;
  created public.service_registry;
  secret text;
begin
  perform core.require_service_manager(organization_id);
  perform core.refuse_unknown_keys(service, array['name', 'version', 'endpoint', 'health_endpoint', 'capabilities', 'allowed_scopes']);
  answer := core.recall('register_service', coalesce(organization_id, core.nil_uuid()), idempotency_key, service);
  if answer is not null then
    return answer;
  end if;
  created := jsonb_populate_record(null::public.service_registry, service - 'allowed_scopes' - 'capabilities');
  created.id := core.uuid_v7();
  created.organization_id := register_service.organization_id;
  created.internal := false;
  created.capabilities := core.capabilities_of(coalesce(service -> 'capabilities', '{}'));
  perform core.check_service(created);
  if service ? 'allowed_scopes' then
    perform core.require_array(service -> 'allowed_scopes', 'allowed_scopes', 100);
  end if;
  created.allowed_scopes := core.checked_scopes(organization_id,
    array(select s #>> '{}' from jsonb_array_elements(coalesce(service -> 'allowed_scopes', '[]')) s));

  -- An organization's own service never stands before one of the platform's: what is called by that name is the same to all.
  if exists (select from public.service_registry s where s.name = created.name and s.organization_id is null and s.status <> 'retired') then
    perform core.raise_error(409, 'service_name_taken', 'A service has this name.', jsonb_build_object('name', created.name));
  end if;
  if organization_id is not null then
    perform core.make_room_for_a_service(organization_id);
  end if;
  insert into public.service_registry (id, organization_id, name, version, endpoint, health_endpoint, capabilities, allowed_scopes)
  values (created.id, created.organization_id, created.name, created.version, created.endpoint, created.health_endpoint,
    created.capabilities, created.allowed_scopes)
  on conflict do nothing
  returning * into created;
  if created.id is null then
    perform core.raise_error(409, 'service_name_taken', 'A service has this name.', jsonb_build_object('name', service ->> 'name'));
  end if;
  insert into core.service_health (service_id) values (created.id);
  secret := core.new_service_secret(created.id);
  perform core.tell_service(created, 'platform_service.registered', null, to_jsonb(created));
  -- What is kept for a repeated request does not hold the secret: it is told once.
  return core.keep('register_service', coalesce(organization_id, core.nil_uuid()), idempotency_key,
      to_jsonb(created) || jsonb_build_object('client_id', created.id))
    || jsonb_build_object('client_secret', secret);
end;
$$;
comment on function core.register_service(jsonb, uuid, text) is 'Enters a service; its first secret is in this answer alone.';
grant execute on function core.register_service(jsonb, uuid, text) to authenticated, service_role;

create function core.update_service(service_id uuid, changes jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  old_row public.service_registry := core.lock_service(service_id);
  new_row public.service_registry := old_row;
begin
  perform core.refuse_unknown_keys(changes, array['version', 'endpoint', 'health_endpoint', 'capabilities', 'allowed_scopes']);
  if old_row.internal and changes ?| array['endpoint', 'health_endpoint'] then
    perform core.raise_error(422, 'invalid_input', 'Where our own functions are is not for settings.', '{"field": "endpoint"}');
  elsif changes ->> 'endpoint' <> old_row.endpoint and exists (select from core.adapters a where a.service_id = old_row.id) then
    perform core.raise_error(422, 'invalid_input', 'Where an adapter is, is set with its credential: save the adapter.', '{"field": "endpoint"}');
  end if;
  new_row := jsonb_populate_record(new_row, changes - 'allowed_scopes' - 'capabilities');
  new_row.capabilities := core.capabilities_of(coalesce(changes -> 'capabilities', old_row.capabilities));
  perform core.check_service(new_row);
  if changes ? 'allowed_scopes' then
    perform core.require_array(changes -> 'allowed_scopes', 'allowed_scopes', 100);
    new_row.allowed_scopes := core.checked_scopes(old_row.organization_id,
      array(select s #>> '{}' from jsonb_array_elements(changes -> 'allowed_scopes') s));
  end if;
  update public.service_registry s set
    version = new_row.version, endpoint = new_row.endpoint, health_endpoint = new_row.health_endpoint,
    capabilities = new_row.capabilities, allowed_scopes = new_row.allowed_scopes, updated_at = now()
  where s.id = old_row.id
  returning s.* into new_row;
  -- What it may no longer do, its tokens may not do either.
  if not new_row.allowed_scopes @> old_row.allowed_scopes then
    delete from core.service_tokens t where t.service_id = old_row.id;
  end if;
  if new_row.health_endpoint is distinct from old_row.health_endpoint then
    update core.service_health h set failures = 0, last_error = null, checked_at = null where h.service_id = old_row.id;
  end if;
  perform core.tell_service(new_row, 'platform_service.updated', to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.update_service(uuid, jsonb) is 'Changes what is given; tokens of a service that may do less are revoked.';
grant execute on function core.update_service(uuid, jsonb) to authenticated, service_role;

create function core.retire_service(service_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  old_row public.service_registry := core.lock_service(service_id);
  new_row public.service_registry;
begin
  update public.service_registry s set status = 'retired', status_changed_at = now(), updated_at = now()
  where s.id = old_row.id returning s.* into new_row;
  delete from core.service_secrets c where c.service_id = old_row.id;
  delete from core.service_tokens t where t.service_id = old_row.id;
  delete from core.service_grants g where g.service_id = old_row.id;
  perform core.tell_service(new_row, 'platform_service.retired', to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.retire_service(uuid) is 'Ends a service with its secrets, tokens and grants; its name is free again.';
grant execute on function core.retire_service(uuid) to authenticated, service_role;

create function core.rotate_service_secret(service_id uuid, overlap_seconds int default 86400, idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  service public.service_registry := core.lock_service(service_id);
  scope uuid := coalesce(service.organization_id, core.nil_uuid());
  answer jsonb;
  secret text;
begin
  answer := core.recall('rotate_service_secret', scope, idempotency_key,
    jsonb_build_object('id', service_id, 'overlap_seconds', overlap_seconds));
  if answer is not null then
    return answer;
  elsif overlap_seconds is null or overlap_seconds not between 0 and 2592000 then
    perform core.raise_error(422, 'invalid_input', 'Both secrets are good for at most 30 days.', '{"field": "overlap_seconds"}');
  end if;
  -- Who is told the secret could act as the service.
  perform core.checked_scopes(service.organization_id, service.allowed_scopes);
  delete from core.service_secrets c where c.service_id = service.id and c.expires_at <= now();
  update core.service_secrets c set expires_at = least(c.expires_at, now() + make_interval(secs => overlap_seconds))
  where c.service_id = service.id;
  secret := core.new_service_secret(service.id);
  answer := jsonb_build_object('client_id', service.id, 'previous_expires_at', now() + make_interval(secs => overlap_seconds));
  perform core.tell_service(service, 'platform_service.secret_rotated', null, answer);
  return core.keep('rotate_service_secret', scope, idempotency_key, answer) || jsonb_build_object('client_secret', secret);
end;
$$;
comment on function core.rotate_service_secret(uuid, int, text) is 'A new secret, told once; those before are good for the overlap longer.';
grant execute on function core.rotate_service_secret(uuid, int, text) to authenticated, service_role;

create function core.revoke_service_tokens(service_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  service public.service_registry := core.lock_service(service_id);
  revoked int;
begin
  delete from core.service_tokens t where t.service_id = service.id;
  get diagnostics revoked = row_count;
  perform core.tell_service(service, 'platform_service.tokens_revoked', null, jsonb_build_object('tokens', revoked));
  return jsonb_build_object('revoked', revoked);
end;
$$;
comment on function core.revoke_service_tokens(uuid) is 'Ends all tokens of a service with the next request; its secrets get new ones.';
grant execute on function core.revoke_service_tokens(uuid) to authenticated, service_role;

-- grants -------------------------------------------------------------------------------------------------------------

create function core.grant_service(service_id uuid, organization_id uuid, scopes text[]) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  service public.service_registry;
  old_row core.service_grants;
  new_row core.service_grants;
  wanted text[];
  stray text;
begin
  perform core.require(organization_id, 'credentials.manage');
  -- Grants and tokens of one service are changed one after the other.
  select s.* into service from public.service_registry s
  where s.id = service_id and s.organization_id is null and s.status <> 'retired' for no key update;
  if service.id is null then
    perform core.raise_error(404, 'not_found', 'The platform has no such service.');
  end if;
  wanted := core.checked_scopes(organization_id, scopes);
  select w into stray from unnest(wanted) w where w <> all (service.allowed_scopes) limit 1;
  if found then
    perform core.raise_error(422, 'invalid_input', 'This service never asks for that scope.', jsonb_build_object('field', 'scopes', 'scope', stray));
  end if;
  select g.* into old_row from core.service_grants g where g.service_id = grant_service.service_id and g.organization_id = grant_service.organization_id;
  insert into core.service_grants as g (service_id, organization_id, scopes, granted_by)
  values (service_id, organization_id, wanted, (select p.id from public.profiles p where p.id = auth.uid()))
  on conflict on constraint service_grants_pkey do update set scopes = excluded.scopes, granted_by = excluded.granted_by
  returning g.* into new_row;
  if not new_row.scopes @> old_row.scopes then
    delete from core.service_tokens t where t.service_id = grant_service.service_id and t.organization_id = grant_service.organization_id;
  end if;
  perform core.append_event(organization_id, 'service_grant', new_row.id, 'service_grant.given',
    jsonb_build_object('service_id', service_id, 'scopes', wanted));
  perform core.audit(organization_id, 'service_grant.give', 'service_grant', new_row.id, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.grant_service(uuid, uuid, text[]) is 'Lets a service of the platform act in the organization with these scopes, in place of those before.';
grant execute on function core.grant_service(uuid, uuid, text[]) to authenticated, service_role;

create function core.ungrant_service(service_id uuid, organization_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row core.service_grants;
begin
  perform core.require(organization_id, 'credentials.manage');
  perform from public.service_registry s where s.id = service_id for no key update;
  delete from core.service_grants g
  where g.service_id = ungrant_service.service_id and g.organization_id = ungrant_service.organization_id
  returning g.* into old_row;
  if old_row.service_id is null then
    perform core.raise_error(404, 'not_found', 'The organization grants this service nothing.');
  end if;
  delete from core.service_tokens t where t.service_id = ungrant_service.service_id and t.organization_id = ungrant_service.organization_id;
  perform core.append_event(organization_id, 'service_grant', old_row.id, 'service_grant.withdrawn',
    jsonb_build_object('service_id', service_id));
  perform core.audit(organization_id, 'service_grant.withdraw', 'service_grant', old_row.id, to_jsonb(old_row), null);
end;
$$;
comment on function core.ungrant_service(uuid, uuid) is 'Takes a grant back, and the service''s tokens for the organization with it.';
grant execute on function core.ungrant_service(uuid, uuid) to authenticated, service_role;
