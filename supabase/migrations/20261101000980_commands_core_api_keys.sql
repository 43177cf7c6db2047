-- Commands on API keys: create, change, rotate, revoke.
--
-- A key's row is locked before any stream: a request that comes with the key notes its use there first.

insert into core.aggregate_types (aggregate_type, domain) values
  ('api_key', 'credentials'),
  ('platform_service', 'credentials'),
  ('service_grant', 'credentials');

create function core.new_secret() returns text
language plpgsql volatile
set search_path = ''
as $$ begin return rtrim(translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/', '-_'), '='); end $$;
comment on function core.new_secret() is '256 random bits as 43 characters of base64url.';

create function core.checked_scopes(organization_id uuid, scopes text[]) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  wanted text[] := array(select distinct s from unnest(scopes) s order by s);
  stray text;
begin
  -- A credential makes no credentials: with a key that is revoked, all that it could do has ended.
  select s into stray from unnest(wanted) s
  where s is null or s = 'credentials.manage' or not exists (select from public.permissions p where p.name = s) limit 1;
  if found or cardinality(wanted) > 100 then
    perform core.raise_error(422, 'invalid_input', 'A scope is the name of a permission, other than credentials.manage.',
      jsonb_build_object('field', 'scopes', 'scope', stray));
  end if;
  select s into stray from unnest(wanted) s where organization_id is not null and not core.has_permission(organization_id, s) limit 1;
  if found then
    perform core.raise_error(403, 'scope_not_yours', 'Nobody gives a credential a scope that they do not have themselves.',
      jsonb_build_object('scope', stray));
  end if;
  return wanted;
end;
$$;
comment on function core.checked_scopes(uuid, text[]) is
  'The scopes in order, each once; refuses what is no permission, and what the caller does not have in the organization.';

create function core.new_api_key(api_key public.api_keys) returns public.api_keys
language plpgsql volatile
set search_path = ''
as $$
begin
  api_key.id := core.uuid_v7();
  api_key.prefix := encode(extensions.gen_random_bytes(4), 'hex');
  api_key.created_at := now();
  api_key.created_by := (select p.id from public.profiles p where p.id = auth.uid());
  api_key.last_used_at := null;
  api_key.revoked_at := null;
  return api_key;
end;
$$;
comment on function core.new_api_key(public.api_keys) is 'The row of a key that was never used, like this one otherwise.';

create function core.insert_api_key(api_key public.api_keys) returns text
language plpgsql volatile
set search_path = ''
as $$
declare
  key text := format('alm_%s_%s', api_key.prefix, core.new_secret());
begin
  insert into public.api_keys select (api_key).*;
  insert into core.api_key_hashes (key_hash, api_key_id) values (sha256(convert_to(key, 'UTF8')), api_key.id);
  return key;
end;
$$;
comment on function core.insert_api_key(public.api_keys) is 'Writes a key and returns its text, of which only the hash stays.';

create function core.create_api_key(
  organization_id uuid,
  name text,
  scopes text[],
  expires_at timestamptz default null,
  tier text default null,
  idempotency_key text default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  answer jsonb;
  field text := case
    when name is null or length(btrim(name)) not between 1 and 200 then 'name'
    when cardinality(scopes) is distinct from 0 and scopes is not null then case
      when expires_at <= now() then 'expires_at'
      when tier not in ('api_key', 'standard', 'premium') then 'tier' end
    else 'scopes'
  end;
  created public.api_keys;
  secret text;
begin
  perform core.require(organization_id, 'credentials.manage');
  answer := core.recall('create_api_key', organization_id, idempotency_key, jsonb_build_object(
    'name', name, 'scopes', scopes, 'expires_at', expires_at, 'tier', tier));
  if answer is not null then
    return answer;
  elsif field is not null then
    perform core.raise_error(422, 'invalid_input', 'A field of the key is not valid.', jsonb_build_object('field', field));
  elsif coalesce(tier, 'api_key') <> 'api_key' then
    perform core.require_platform();
  end if;
  created.organization_id := organization_id;
  created.name := btrim(name);
  created.scopes := core.checked_scopes(organization_id, scopes);
  created.tier := coalesce(tier, 'api_key');
  created.expires_at := expires_at;
  created := core.new_api_key(created);
  secret := core.insert_api_key(created);

  perform core.append_event(organization_id, 'api_key', created.id, 'api_key.created', jsonb_build_object('scopes', created.scopes));
  perform core.audit(organization_id, 'api_key.create', 'api_key', created.id, null, to_jsonb(created));
  -- What is kept for a repeated request does not hold the key: it is told once.
  return core.keep('create_api_key', organization_id, idempotency_key, to_jsonb(created)) || jsonb_build_object('key', secret);
end;
$$;
comment on function core.create_api_key(uuid, text, text[], timestamptz, text, text) is 'Makes a key; its text is in this answer alone.';
grant execute on function core.create_api_key(uuid, text, text[], timestamptz, text, text) to authenticated, service_role;

create function core.require_platform() returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if not (core.is_service() or core.is_super_admin()) then
    perform core.raise_error(403, 'permission_denied', 'Only who runs the platform may do this.', '{"permission": "platform"}');
  end if;
end;
$$;
comment on function core.require_platform() is 'Refuses everyone but super admins and secret keys.';
grant execute on function core.require_platform() to anon, authenticated, service_role;

create function core.lock_api_key(api_key_id uuid) returns public.api_keys
language plpgsql volatile
set search_path = ''
as $$
declare
  api_key public.api_keys;
begin
  select k.* into api_key from public.api_keys k where k.id = api_key_id;
  if api_key.id is null or not core.has_permission(api_key.organization_id, 'credentials.manage') then
    perform core.raise_error(404, 'not_found', 'There is no such key.');
  end if;
  select k.* into api_key from public.api_keys k where k.id = api_key_id for no key update;
  return api_key;
end;
$$;
comment on function core.lock_api_key(uuid) is 'The key, locked, for who manages credentials of its organization; to others it does not exist.';

create function core.update_api_key(api_key_id uuid, name text default null, scopes text[] default null, tier text default null)
returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.api_keys := core.lock_api_key(api_key_id);
  new_row public.api_keys;
begin
  if old_row.revoked_at is not null then
    perform core.raise_error(409, 'credential_revoked', 'This key was revoked.');
  elsif length(btrim(name)) not between 1 and 200 or cardinality(scopes) = 0 or tier not in ('api_key', 'standard', 'premium') then
    perform core.raise_error(422, 'invalid_input', 'A field of the key is not valid.', jsonb_build_object('field',
      case when length(btrim(name)) not between 1 and 200 then 'name' when cardinality(scopes) = 0 then 'scopes' else 'tier' end));
  elsif tier <> old_row.tier then
    perform core.require_platform();
  end if;
  update public.api_keys k set
    name = coalesce(btrim(update_api_key.name), k.name),
    scopes = case when update_api_key.scopes is null then k.scopes else core.checked_scopes(k.organization_id, update_api_key.scopes) end,
    tier = coalesce(update_api_key.tier, k.tier)
  where k.id = api_key_id
  returning k.* into new_row;
  perform core.append_event(new_row.organization_id, 'api_key', new_row.id, 'api_key.updated', jsonb_build_object('scopes', new_row.scopes));
  perform core.audit(new_row.organization_id, 'api_key.update', 'api_key', new_row.id, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.update_api_key(uuid, text, text[], text) is 'Changes what is given, from the next request on.';
grant execute on function core.update_api_key(uuid, text, text[], text) to authenticated, service_role;

create function core.rotate_api_key(api_key_id uuid, overlap_seconds int default 86400, idempotency_key text default null) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  old_row public.api_keys := core.lock_api_key(api_key_id);
  new_row public.api_keys := old_row;
  answer jsonb;
  secret text;
begin
  answer := core.recall('rotate_api_key', old_row.organization_id, idempotency_key,
    jsonb_build_object('id', api_key_id, 'overlap_seconds', overlap_seconds));
  if answer is not null then
    return answer;
  elsif overlap_seconds is null or overlap_seconds not between 0 and 2592000 then
    perform core.raise_error(422, 'invalid_input', 'Both keys are good for at most 30 days.', '{"field": "overlap_seconds"}');
  elsif old_row.revoked_at is not null or old_row.expires_at <= now() then
    perform core.raise_error(409, 'credential_revoked', 'This key was revoked or has expired: make a new one.');
  end if;
  -- Who rotates a key is told one with its scopes.
  perform core.checked_scopes(old_row.organization_id, old_row.scopes);
  new_row.replaces_id := old_row.id;
  new_row.expires_at := now() + (old_row.expires_at - old_row.created_at);
  new_row := core.new_api_key(new_row);
  secret := core.insert_api_key(new_row);
  update public.api_keys k set
    revoked_at = case when overlap_seconds = 0 then now() end,
    expires_at = case when overlap_seconds = 0 then k.expires_at else least(k.expires_at, now() + make_interval(secs => overlap_seconds)) end
  where k.id = old_row.id;
  perform core.append_event(old_row.organization_id, 'api_key', old_row.id, 'api_key.rotated',
    jsonb_build_object('new_api_key_id', new_row.id, 'overlap_seconds', overlap_seconds));
  perform core.append_event(old_row.organization_id, 'api_key', new_row.id, 'api_key.created', jsonb_build_object('scopes', new_row.scopes));
  perform core.audit(old_row.organization_id, 'api_key.rotate', 'api_key', old_row.id, to_jsonb(old_row), to_jsonb(new_row));
  return core.keep('rotate_api_key', old_row.organization_id, idempotency_key, to_jsonb(new_row)) || jsonb_build_object('key', secret);
end;
$$;
comment on function core.rotate_api_key(uuid, int, text) is
  'Makes a key in place of this one, which is good for the overlap longer; as long-lived as it was made to be.';
grant execute on function core.rotate_api_key(uuid, int, text) to authenticated, service_role;

create function core.revoke_api_key(api_key_id uuid) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  old_row public.api_keys := core.lock_api_key(api_key_id);
  new_row public.api_keys;
begin
  if old_row.revoked_at is not null then
    return to_jsonb(old_row);
  end if;
  update public.api_keys k set revoked_at = now() where k.id = api_key_id returning k.* into new_row;
  perform core.append_event(new_row.organization_id, 'api_key', new_row.id, 'api_key.revoked', '{}');
  perform core.audit(new_row.organization_id, 'api_key.revoke', 'api_key', new_row.id, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.revoke_api_key(uuid) is 'Ends a key with the next request; twice is once.';
grant execute on function core.revoke_api_key(uuid) to authenticated, service_role;

-- facades ------------------------------------------------------------------------------------------------------------

create function public.create_api_key(
  organization_id uuid,
  name text,
  scopes text[],
  expires_at timestamptz default null,
  tier text default null,
  idempotency_key text default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.create_api_key(organization_id, name, scopes, expires_at, tier, idempotency_key) $$;
comment on function public.create_api_key(uuid, text, text[], timestamptz, text, text) is
  'Makes an API key; the answer holds it as `key`, once: a repeated request is answered without. Needs credentials.manage and every '
  'scope given. 403 scope_not_yours.';
grant execute on function public.create_api_key(uuid, text, text[], timestamptz, text, text) to authenticated, service_role;

create function public.update_api_key(api_key_id uuid, name text default null, scopes text[] default null, tier text default null)
returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.update_api_key(api_key_id, name, scopes, tier) $$;
comment on function public.update_api_key(uuid, text, text[], text) is
  'Changes an API key''s name or scopes; its tier only who runs the platform. 403 scope_not_yours, 409 credential_revoked.';
grant execute on function public.update_api_key(uuid, text, text[], text) to authenticated, service_role;

create function public.rotate_api_key(api_key_id uuid, overlap_seconds int default 86400, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.rotate_api_key(api_key_id, overlap_seconds, idempotency_key) $$;
comment on function public.rotate_api_key(uuid, int, text) is
  'Makes an API key in place of one, which stays good for the overlap; the answer holds the new `key`, once. 409 credential_revoked.';
grant execute on function public.rotate_api_key(uuid, int, text) to authenticated, service_role;

create function public.revoke_api_key(api_key_id uuid) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.revoke_api_key(api_key_id) $$;
comment on function public.revoke_api_key(uuid) is 'Ends an API key at once; needs credentials.manage.';
grant execute on function public.revoke_api_key(uuid) to authenticated, service_role;
