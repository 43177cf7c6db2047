-- API keys and services' tokens, put straight into the tables, and acting with them as over the Data API.

create schema if not exists tests;

-- Makes a key and tells its text.
create or replace function tests.create_api_key(scopes text[], slug text default 'clinic', name text default 'Till') returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  prefix text := substr(md5(random()::text), 1, 8);
  key text := format('alm_%s_%s', prefix, rpad(md5(random()::text), 43, 'x'));
  key_id uuid;
begin
  insert into public.api_keys (organization_id, name, prefix, scopes)
  values (tests.organization_id(slug), create_api_key.name, prefix, create_api_key.scopes) returning id into key_id;
  insert into core.api_key_hashes (key_hash, api_key_id) values (sha256(convert_to(key, 'UTF8')), key_id);
  return key;
end;
$$;

-- Makes the platform's service of a name, unless it is there, and a token of it for an organization; tells the token.
create or replace function tests.create_service_token(
  service text, scopes text[] default '{}', slug text default 'clinic', capabilities jsonb default '{}'
) returns text
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  token text := format('%s.%s.%s', md5(random()::text), md5(random()::text), md5(random()::text));
  service_id uuid := (select s.id from public.service_registry s where s.name = service);
begin
  if service_id is null then
    insert into public.service_registry (name, version, endpoint, capabilities, allowed_scopes)
    values (service, '1.0.0', 'https://service.example.test', create_service_token.capabilities, create_service_token.scopes)
    returning id into service_id;
  end if;
  insert into core.service_tokens (token_hash, service_id, organization_id, scopes, expires_at)
  values (sha256(convert_to(token, 'UTF8')), service_id, tests.organization_id(slug), create_service_token.scopes, now() + interval '15 minutes');
  return token;
end;
$$;

-- From here on as a request with the publishable key, this API key or token, and the token of a user where one is named.
create or replace function tests.request_as(api_key text default null, service_token text default null, identifier text default null)
returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform set_config('request.headers',
    jsonb_strip_nulls(jsonb_build_object('x-api-key', api_key, 'x-service-token', service_token))::text, true);
  if identifier is null then
    perform tests.as_anon();
  else
    perform tests.authenticate_as(identifier);
  end if;
  perform core.before_request();
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
