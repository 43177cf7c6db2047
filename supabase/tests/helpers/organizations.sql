-- An organization with its people, made by the same functions that clients call.

create schema if not exists tests;

-- The organization's owner is made too, under the identifier `owner`.
create or replace function tests.create_organization(slug text default 'clinic', owner text default 'owner') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  organization_id uuid;
begin
  if not exists (select from auth.users u where u.raw_user_meta_data ->> 'test_identifier' = owner) then
    perform tests.create_supabase_user(owner);
  end if;
  perform tests.authenticate_as(owner);
  organization_id := public.create_organization(initcap(slug), slug, 'clinic', 'Europe/Berlin') ->> 'id';
  perform tests.clear_authentication();
  return organization_id;
end;
$$;

create or replace function tests.organization_id(slug text default 'clinic') returns uuid
language sql stable security definer
set search_path = ''
as $$ select o.id from public.organizations o where o.slug = organization_id.slug $$;

-- A new user with a role in the organization.
create or replace function tests.create_member(identifier text, role text, slug text default 'clinic') returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  user_id uuid := tests.create_supabase_user(identifier);
begin
  insert into public.memberships (organization_id, user_id, role)
  values (tests.organization_id(slug), user_id, create_member.role);
  return user_id;
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
