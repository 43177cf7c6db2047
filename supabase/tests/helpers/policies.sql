-- Policies: made as their manager, published as the saga would.

create schema if not exists tests;

create or replace function tests.create_policy(body text default 'One', manager text default 'owner', slug text default 'clinic') returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  policy_id uuid;
begin
  perform tests.authenticate_as(manager);
  policy_id := public.create_policy(tests.organization_id(slug), 'Rules', body) ->> 'id';
  perform tests.clear_authentication();
  return policy_id;
end;
$$;

-- Reserves, publishes and closes; returns the publication's id.
create or replace function tests.publish(policy_id uuid, number int, close boolean default true) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  publication_id uuid := gen_random_uuid();
begin
  perform tests.authenticate_as_service();
  perform public.reserve_policy_version(policy_id, number, publication_id);
  perform public.publish_policy_version(policy_id, publication_id);
  if close then
    perform public.close_publication(policy_id, publication_id);
  end if;
  perform tests.clear_authentication();
  return publication_id;
end;
$$;

-- The version that holds.
create or replace function tests.holds(policy_id uuid) returns int
language sql stable security definer
set search_path = ''
as $$ select p.current_version from public.policies p where p.id = policy_id $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
