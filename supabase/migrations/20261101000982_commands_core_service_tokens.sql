-- Tokens of services: issued here, signed by the function, looked up by their hash (20261101000340).
--
-- A signature lets anyone see that a token is ours; the row makes it one. So a token dies with its row, and a stolen signing
-- key opens nothing. All but the public keys is for the function `platform`, with its secret key.

create function core.issue_service_token(
  client_id uuid,
  client_secret text,
  organization_id uuid default null,
  scopes text[] default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  service public.service_registry;
  allowed text[];
  stray text;
  issued core.service_tokens;
  pace record;
begin
  perform core.require_service();
  -- One answer and one look-up, by hash, for a wrong id and a wrong secret: neither words nor time tell which.
  select s.* into service
  from core.service_secrets c
  join public.service_registry s on s.id = c.service_id
  where c.secret_hash = sha256(convert_to(client_secret, 'UTF8'))
    and c.service_id = client_id
    and (c.expires_at is null or c.expires_at > now())
    and s.status <> 'retired'
  for share of s;
  if service.id is null then
    perform core.raise_error(401, 'invalid_client', 'The client id or secret is wrong, or was rotated out.');
  end if;
  -- A token lasts 15 minutes: who asks each second has lost the one before, many times.
  pace := core.take_token('service_tokens:' || service.id, 60, 60, 60);
  if not pace.allowed then
    perform core.raise_error(429, 'rate_limited', 'Use a token until it ends.', jsonb_build_object('retry_after', pace.retry_after));
  end if;
  organization_id := coalesce(organization_id, service.organization_id);
  if organization_id is null then
    perform core.raise_error(422, 'invalid_input', 'Say for which organization.', '{"field": "organization_id"}');
  end if;
  allowed := case
    -- What the platform took from it since is not given by a grant of before.
    when service.organization_id is null then (
      select array(select s from unnest(g.scopes) s where s = any (service.allowed_scopes)) from core.service_grants g
      where g.service_id = service.id and g.organization_id = issue_service_token.organization_id)
    when service.organization_id = organization_id then service.allowed_scopes
  end;
  if allowed is null then
    perform core.raise_error(403, 'service_not_granted', 'This organization does not let the service act in it.',
      jsonb_build_object('organization_id', organization_id));
  end if;
  select w into stray from unnest(scopes) w where w is null or w <> all (allowed) limit 1;
  if found then
    perform core.raise_error(400, 'invalid_scope', 'The service may not have this scope there.', jsonb_build_object('scope', stray));
  end if;
  insert into core.service_tokens (service_id, organization_id, scopes, expires_at)
  values (service.id, organization_id, array(select distinct s from unnest(coalesce(scopes, allowed)) s order by s), now() + interval '15 minutes')
  returning * into issued;
  return jsonb_build_object('id', issued.id, 'service_id', service.id, 'service', service.name, 'version', service.version,
    'organization_id', issued.organization_id, 'scopes', issued.scopes,
    'issued_at', floor(extract(epoch from issued.created_at)), 'expires_at', floor(extract(epoch from issued.expires_at)));
end;
$$;
comment on function core.issue_service_token(uuid, text, uuid, text[]) is
  'What a token of the service is to say, for 15 minutes; it is one once core.seal_service_token knows its hash.';
grant execute on function core.issue_service_token(uuid, text, uuid, text[]) to service_role;

create function core.seal_service_token(token_id uuid, token_hash text) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  if token_hash is null or token_hash !~ '^[0-9a-f]{64}$' then
    perform core.raise_error(422, 'invalid_input', 'A hash is 64 hexadecimal digits.', '{"field": "token_hash"}');
  end if;
  update core.service_tokens t set token_hash = decode(seal_service_token.token_hash, 'hex')
  where t.id = token_id and t.token_hash is null and t.created_at > now() - interval '1 minute';
  if not found then
    perform core.raise_error(409, 'conflict', 'This token was revoked before it was signed.');
  end if;
end;
$$;
comment on function core.seal_service_token(uuid, text) is 'Puts a signed token into force, by its sha256.';
grant execute on function core.seal_service_token(uuid, text) to service_role;

-- signing keys -------------------------------------------------------------------------------------------------------

create function core.service_signing_key() returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
begin
  perform core.require_service();
  return (
    select jsonb_build_object('kid', k.kid, 'private_jwk', s.decrypted_secret::jsonb)
    from core.signing_keys k
    join vault.decrypted_secrets s on s.id = k.secret_id
    where k.retired_at is null and k.created_at > now() - interval '90 days'
  );
end;
$$;
comment on function core.service_signing_key() is 'The key to sign with; null when there is none or it is 90 days old: make one.';
grant execute on function core.service_signing_key() to service_role;

create function core.store_service_signing_key(kid text, public_jwk jsonb, private_jwk jsonb) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  current jsonb;
begin
  perform core.require_service();
  -- Of two that make a key at once, the second is given the first one's.
  perform pg_advisory_xact_lock(hashtextextended('core.signing_keys', 0));
  current := core.service_signing_key();
  if current is not null then
    return current;
  end if;
  update core.signing_keys k set retired_at = now() where k.retired_at is null;
  insert into core.signing_keys (kid, public_jwk, secret_id)
  values (kid, public_jwk, vault.create_secret(private_jwk::text, 'service_signing_key_' || kid, 'Signs tokens of services.'));
  return jsonb_build_object('kid', kid, 'private_jwk', private_jwk);
end;
$$;
comment on function core.store_service_signing_key(text, jsonb, jsonb) is 'Keeps a new key, its private half in Vault, unless there is one; returns the one to sign with.';
grant execute on function core.store_service_signing_key(text, jsonb, jsonb) to service_role;

create function core.retire_service_signing_key(compromised boolean default false) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  retired text;
begin
  perform core.require_platform();
  perform pg_advisory_xact_lock(hashtextextended('core.signing_keys', 0));
  update core.signing_keys k set retired_at = now() where k.retired_at is null returning k.kid into retired;
  if compromised then
    delete from core.service_tokens;
    update core.signing_keys k set retired_at = now() - interval '1 day' where k.retired_at is not null;
  end if;
  perform core.audit(null, 'service_signing_key.retire', 'service_signing_key', null, jsonb_build_object('kid', retired),
    jsonb_build_object('compromised', compromised));
  return jsonb_build_object('retired', retired);
end;
$$;
comment on function core.retire_service_signing_key(boolean) is
  'The next token is signed with a new key. Tokens of the old one live out their minutes, unless it is compromised: then all end now.';
grant execute on function core.retire_service_signing_key(boolean) to authenticated, service_role;

create function core.service_signing_keys() returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object('keys', coalesce(jsonb_agg(k.public_jwk || jsonb_build_object('kid', k.kid, 'alg', 'ES256', 'use', 'sig') order by k.created_at desc), '[]'))
  from core.signing_keys k
  where k.retired_at is null or k.retired_at > now() - interval '1 hour'
$$;
comment on function core.service_signing_keys() is 'The public halves, as a JWKS: those whose tokens may still live.';
grant execute on function core.service_signing_keys() to anon, authenticated, service_role;

create function core.forget_service_tokens() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  delete from core.service_tokens t where t.expires_at < now();
  delete from core.service_secrets c where c.expires_at < now();
  delete from vault.secrets s using core.signing_keys k where k.secret_id = s.id and k.retired_at < now() - interval '1 hour';
  delete from core.signing_keys k where k.retired_at < now() - interval '1 hour';
end;
$$;
comment on function core.forget_service_tokens() is 'Clears away tokens, secrets and signing keys that are over.';
select cron.schedule('core-forget-service-tokens', '*/10 * * * *', 'select core.forget_service_tokens()');

-- facades ------------------------------------------------------------------------------------------------------------

create function public.issue_service_token(
  client_id uuid,
  client_secret text,
  organization_id uuid default null,
  scopes text[] default null
) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.issue_service_token(client_id, client_secret, organization_id, scopes) $$;
comment on function public.issue_service_token(uuid, text, uuid, text[]) is
  'For the function platform: what a service''s token is to say. 401 invalid_client, 403 service_not_granted, 400 invalid_scope, 429 rate_limited.';
grant execute on function public.issue_service_token(uuid, text, uuid, text[]) to service_role;

create function public.seal_service_token(token_id uuid, token_hash text) returns void
language sql volatile security invoker
set search_path = ''
as $$ select core.seal_service_token(token_id, token_hash) $$;
comment on function public.seal_service_token(uuid, text) is 'For the function platform: puts a signed token into force.';
grant execute on function public.seal_service_token(uuid, text) to service_role;

create function public.service_signing_key() returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.service_signing_key() $$;
comment on function public.service_signing_key() is 'For the function platform: the key to sign tokens with.';
grant execute on function public.service_signing_key() to service_role;

create function public.store_service_signing_key(kid text, public_jwk jsonb, private_jwk jsonb) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.store_service_signing_key(kid, public_jwk, private_jwk) $$;
comment on function public.store_service_signing_key(text, jsonb, jsonb) is 'For the function platform: keeps a new key to sign tokens with.';
grant execute on function public.store_service_signing_key(text, jsonb, jsonb) to service_role;

create function public.retire_service_signing_key(compromised boolean default false) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.retire_service_signing_key(compromised) $$;
comment on function public.retire_service_signing_key(boolean) is
  'For who runs the platform: tokens are signed with a new key from now on; a compromised one ends all tokens.';
grant execute on function public.retire_service_signing_key(boolean) to authenticated, service_role;

create function public.service_signing_keys() returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.service_signing_keys() $$;
comment on function public.service_signing_keys() is 'The keys by which tokens of services are verified, as a JWKS.';
grant execute on function public.service_signing_keys() to anon, authenticated, service_role;
