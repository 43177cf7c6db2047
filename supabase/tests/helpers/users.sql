-- Users to test with, and acting as them. Loaded into schema `tests` before the tests run; never part of a migration.

create schema if not exists tests;
grant usage on schema tests to anon, authenticated, service_role;

-- Makes a confirmed user, as Auth would after the e-mail link; `identifier` names them in a test.
create or replace function tests.create_supabase_user(
  identifier text,
  email text default null,
  app_metadata jsonb default '{}'
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  user_id uuid := gen_random_uuid();
begin
  insert into auth.users (id, aud, role, email, email_confirmed_at, raw_app_meta_data, raw_user_meta_data)
  values (
    user_id,
    'authenticated',
    'authenticated',
    coalesce(create_supabase_user.email, identifier || '@example.com'),
    now(),
    create_supabase_user.app_metadata,
    jsonb_build_object('test_identifier', identifier, 'full_name', initcap(identifier)));
  return user_id;
end;
$$;

create or replace function tests.get_supabase_uid(identifier text) returns uuid
language plpgsql stable security definer
set search_path = ''
as $$
declare
  user_id uuid := (select u.id from auth.users u where u.raw_user_meta_data ->> 'test_identifier' = identifier);
begin
  if user_id is null then
    raise exception 'tests.create_supabase_user(%) first', quote_literal(identifier);
  end if;
  return user_id;
end;
$$;

create or replace function tests.claims_of(identifier text) returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'sub', u.id,
    'role', 'authenticated',
    'aud', 'authenticated',
    'email', u.email,
    'app_metadata', u.raw_app_meta_data,
    'user_metadata', u.raw_user_meta_data)
  from auth.users u
  where u.id = tests.get_supabase_uid(identifier)
$$;

-- From here on this transaction speaks as the user, with their role and their token's claims.
create or replace function tests.authenticate_as(identifier text) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', tests.claims_of(identifier)::text, true);
  perform set_config('role', 'authenticated', true);
end;
$$;

create or replace function tests.authenticate_as_service() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '{"role": "service_role"}', true);
  perform set_config('role', 'service_role', true);
end;
$$;

create or replace function tests.as_anon() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  perform set_config('role', 'anon', true);
end;
$$;

-- Back to the database's own user: no token, no row level security.
create or replace function tests.clear_authentication() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform set_config('request.jwt.claims', '', true);
  perform set_config('role', 'none', true);
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
