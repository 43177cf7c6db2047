-- Who a machine is: the credential of this request, found by the sha256 of what it shows.
--
-- A credential without a user acts with its own scopes in its one organization (core.has_permission). Beside a user's
-- token a service only says through whom the user acts: it gives them nothing that no policy gives it by name.
--
-- Over the Data API such a request comes with the publishable key, so as `anon`; core.before_request() makes it
-- `authenticated`, so that a credential passes the grants and policies that members pass and no others.

create type core.credential as (
  kind text,
  id uuid,
  organization_id uuid,
  scopes text[],
  name text,
  tier text,
  token_id uuid,
  capabilities jsonb,
  expires_at timestamptz
);
comment on type core.credential is
  'kind: api_key or service. id: of the key or the service; it is the actor_id of what it does. token_id: of a service.';

create function core.credential_of_key(key text) returns core.credential
language plpgsql stable
set search_path = ''
as $$
declare
  found_key core.credential;
begin
  select 'api_key', k.id, k.organization_id, k.scopes, k.name, k.tier, null, '{}', k.expires_at into found_key
  from core.api_key_hashes h
  join public.api_keys k on k.id = h.api_key_id
  where h.key_hash = sha256(convert_to(key, 'UTF8'))
    and k.revoked_at is null
    and (k.expires_at is null or k.expires_at > now());
  return case when found_key.id is not null then found_key end;
end;
$$;
comment on function core.credential_of_key(text) is
  'Whose API key this is; null when it is nobody''s, revoked or expired. For commands only.';

create function core.credential_of_token(token text) returns core.credential
language plpgsql stable
set search_path = ''
as $$
declare
  found_token core.credential;
begin
  select 'service', s.id, t.organization_id, t.scopes, s.name, 'standard', t.id, s.capabilities, t.expires_at into found_token
  from core.service_tokens t
  join public.service_registry s on s.id = t.service_id
  where t.token_hash = sha256(convert_to(token, 'UTF8'))
    and t.expires_at > now()
    and s.status <> 'retired';
  return case when found_token.id is not null then found_token end;
end;
$$;
comment on function core.credential_of_token(text) is
  'Which service this token was given to, for which organization; null when it is none that is in force. For commands only.';

create function core.shows_credential() returns boolean
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  headers text := current_setting('request.headers', true);
begin
  -- Most requests show none, and commands ask several times: the text is searched, not parsed.
  return strpos(headers, '"x-api-key"') > 0 or strpos(headers, '"x-service-token"') > 0
    or current_setting('almanac.service_token', true) <> '';
end;
$$;
comment on function core.shows_credential() is 'Whether this request may show an API key or a service token; null: no.';
grant execute on function core.shows_credential() to anon, authenticated, service_role;

create function core.shown_credentials(out api_key text, out service_token text)
language plpgsql stable parallel safe
set search_path = ''
as $$
declare
  headers text := current_setting('request.headers', true);
begin
  if strpos(headers, '"x-') > 0 then
    api_key := headers::jsonb ->> 'x-api-key';
    service_token := headers::jsonb ->> 'x-service-token';
  end if;
  service_token := coalesce(service_token, nullif(current_setting('almanac.service_token', true), ''));
end;
$$;
comment on function core.shown_credentials() is
  'The API key and service token of this request, as shown; of a direct connection, what core.set_service_context took.';
grant execute on function core.shown_credentials() to anon, authenticated, service_role;

create function core.current_credential() returns core.credential
language plpgsql stable security definer
set search_path = ''
as $$
declare
  shown record;
begin
  if core.shows_credential() is not true then
    return null;
  end if;
  shown := core.shown_credentials();
  -- Two at once is nobody: which of them was meant is not for us to guess.
  if shown.service_token is not null then
    return case when shown.api_key is null then core.credential_of_token(shown.service_token) end;
  elsif shown.api_key is not null then
    return core.credential_of_key(shown.api_key);
  end if;
  return null;
end;
$$;
comment on function core.current_credential() is
  'The credential that this request shows and that is in force; null when there is none. It has no rights beside a user''s token.';
grant execute on function core.current_credential() to anon, authenticated, service_role;

create function core.acting_credential() returns core.credential
language plpgsql stable
set search_path = ''
as $$
begin
  if auth.uid() is null and core.shows_credential() and auth.role() is distinct from 'service_role' then
    return core.current_credential();
  end if;
  return null;
end;
$$;
comment on function core.acting_credential() is
  'The credential that acts: none beside a user''s token, who then acts themselves, nor beside a secret key.';
grant execute on function core.acting_credential() to anon, authenticated, service_role;

create function core.acting_id() returns uuid
language plpgsql stable
set search_path = ''
as $$ begin return coalesce(auth.uid(), (core.acting_credential()).id); end $$;
comment on function core.acting_id() is 'The actor_id of events and audit entries: the user, or the API key or service that acts.';
grant execute on function core.acting_id() to anon, authenticated, service_role;

create function core.refuse_bad_credential() returns void
language plpgsql stable
set search_path = ''
as $$
declare
  shown record := core.shown_credentials();
begin
  if (shown.api_key is not null or shown.service_token is not null) and core.current_credential() is null then
    if shown.service_token is not null then
      perform core.raise_error(401, 'invalid_service_token', 'This service token has expired, was revoked or is none. Ask for a new one.');
    end if;
    perform core.raise_error(401, 'invalid_api_key', 'This API key has expired, was revoked or is none.');
  end if;
end;
$$;
comment on function core.refuse_bad_credential() is 'Refuses a request that shows a credential which is not in force.';
grant execute on function core.refuse_bad_credential() to anon, authenticated, service_role;

-- services acting for users ------------------------------------------------------------------------------------------

create function core.is_through_service() returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  return coalesce(core.shows_credential() and auth.uid() is not null and (core.current_credential()).kind = 'service', false);
end;
$$;
comment on function core.is_through_service() is 'Whether a user acts through a service: both tokens are shown.';
grant execute on function core.is_through_service() to anon, authenticated, service_role;

create function core.service_has_capability(capability text, organization_id uuid) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return coalesce((
    select c.kind = 'service' and c.organization_id = service_has_capability.organization_id
      and c.capabilities ? service_has_capability.capability
    from core.current_credential() c), false);
end;
$$;
comment on function core.service_has_capability(text, uuid) is
  'Whether this request comes from, or through, a service with the capability whose token is for this organization.';
grant execute on function core.service_has_capability(text, uuid) to anon, authenticated, service_role;

create function core.my_organization_ids_through(capability text) returns setof uuid
language plpgsql stable security definer rows 1
set search_path = ''
as $$
begin
  return query
  select m.organization_id
  from core.current_credential() c
  join public.memberships m on m.organization_id = c.organization_id and m.user_id = auth.uid()
  where c.kind = 'service' and c.capabilities ? my_organization_ids_through.capability;
end;
$$;
comment on function core.my_organization_ids_through(text) is
  'The organization for which a service with the capability acts for one of its members. For policies: evaluated once a query.';
grant execute on function core.my_organization_ids_through(text) to anon, authenticated, service_role;

-- at the door --------------------------------------------------------------------------------------------------------

create function core.note_key_use() returns void
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  key_id uuid := (select c.id from core.acting_credential() c where c.kind = 'api_key');
begin
  -- Nobody waits here: whoever holds the row is noting the same minute, or revoking the key.
  update public.api_keys k set last_used_at = now()
  where k.id = (
    select u.id from public.api_keys u
    where u.id = key_id and (u.last_used_at is null or u.last_used_at < now() - interval '1 minute')
    for no key update skip locked
  );
end;
$$;
comment on function core.note_key_use() is 'Notes, once a minute, that the API key of this request is in use.';
grant execute on function core.note_key_use() to anon, authenticated, service_role;

create function core.before_request() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.limit_request();
  if core.shows_credential() is not true then
    return;
  end if;
  if (core.acting_credential()).id is null then
    -- Asked after, not before: what is revoked between the two look-ups is refused and does not go on as nobody.
    perform core.refuse_bad_credential();
    return;
  end if;
  -- A GET's transaction is read-only.
  if current_setting('transaction_read_only') = 'off' then
    perform core.note_key_use();
  end if;
  if current_setting('role') = 'anon' then
    perform set_config('role', 'authenticated', true);
  end if;
end;
$$;
comment on function core.before_request() is
  'Before each request of the Data API (pgrst.db_pre_request): refuses a bad credential, and gives one that acts its role.';
grant execute on function core.before_request() to anon, authenticated, service_role;

do $$
begin
  -- A setting of this database's, so that others of a shared server keep theirs.
  execute format('alter role authenticator in database %I set pgrst.db_pre_request = %L', current_database(), 'core.before_request');
  notify pgrst, 'reload config';
exception when insufficient_privilege or reserved_name then
  raise warning 'set pgrst.db_pre_request = ''core.before_request'' of role authenticator, or API keys and services are not let in';
end;
$$;

create function core.set_service_context(token text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  service core.credential := core.credential_of_token(token);
begin
  if service is null then
    perform core.raise_error(401, 'invalid_service_token', 'This service token has expired, was revoked or is none. Ask for a new one.');
  end if;
  perform set_config('almanac.service_token', token, true);
  return jsonb_build_object('service_id', service.id, 'service', service.name, 'organization_id', service.organization_id,
    'scopes', service.scopes, 'capabilities', service.capabilities, 'expires_at', service.expires_at);
end;
$$;
comment on function core.set_service_context(text) is 'The rest of this transaction comes from, or through, the service with this token.';
grant execute on function core.set_service_context(text) to anon, authenticated, service_role;

create function public.set_service_context(token text) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select core.set_service_context(token) $$;
comment on function public.set_service_context(text) is
  'For services that connect to Postgres itself: the rest of the transaction comes from the service, as x-service-token says over '
  'HTTP. Answers who it is and its scopes. 401 invalid_service_token.';
grant execute on function public.set_service_context(text) to authenticated, service_role;
