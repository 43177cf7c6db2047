-- The roles and schemas that hosted Supabase has before a project's first migration. Idempotent; run as superuser.

do $$
declare
  role record;
begin
  for role in
    select * from (values
      ('anon', 'nologin noinherit'),
      ('authenticated', 'nologin noinherit'),
      ('service_role', 'nologin noinherit bypassrls'),
      ('authenticator', 'login noinherit'),
      ('supabase_admin', 'nologin superuser'),
      ('supabase_auth_admin', 'nologin noinherit createrole'),
      ('supabase_storage_admin', 'nologin noinherit createrole'),
      ('supabase_realtime_admin', 'nologin noinherit'),
      ('supabase_functions_admin', 'nologin noinherit'),
      ('dashboard_user', 'nologin createrole createdb'),
      -- what `postgres` is on hosted; cron jobs run as it, so it may log in
      ('hosted_postgres', 'login nosuperuser createrole createdb bypassrls')
    ) as wanted (name, options)
  loop
    if not exists (select from pg_roles where rolname = role.name) then
      execute format('create role %I %s', role.name, role.options);
    end if;
  end loop;
end;
$$;

grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, supabase_realtime_admin, authenticator to hosted_postgres;
-- Hosted lets its `postgres` configure PostgREST by settings of this role.
grant authenticator to hosted_postgres with admin option;
do $$
begin
  if not has_parameter_privilege('hosted_postgres', 'pgrst.db_pre_request', 'set') then
    grant set on parameter pgrst.db_pre_request to hosted_postgres;
  end if;
end;
$$;
alter role hosted_postgres set search_path = "$user", public, extensions;

create schema if not exists extensions;
create schema if not exists auth;
create schema if not exists storage;
create schema if not exists graphql_public;
create schema if not exists realtime;
grant usage on schema public, extensions, auth, storage, graphql_public, realtime to anon, authenticated, service_role;
