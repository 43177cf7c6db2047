-- Commands on organizations, members and profiles.
--
-- The organization's stream is the lock of its membership: every command that changes who belongs takes it first.

-- organizations ------------------------------------------------------------------------------------------------------

create function core.create_organization(
  name text,
  slug text,
  kind text,
  time_zone text,
  region text default null,
  idempotency_key text default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  owner_id uuid := auth.uid();
  answer jsonb;
  created public.organizations;
begin
  if owner_id is null and not core.is_service() then
    perform core.raise_error(401, 'not_authenticated', 'Sign in first.');
  end if;
  answer := core.recall('create_organization', core.nil_uuid(), idempotency_key,
    jsonb_build_object('name', name, 'slug', slug, 'kind', kind, 'time_zone', time_zone, 'region', region));
  if answer is not null then
    return answer;
  end if;
  perform core.check_organization(name, slug, kind, time_zone);

  insert into public.organizations (name, slug, kind, time_zone, region)
  values (btrim(create_organization.name), create_organization.slug, create_organization.kind,
    create_organization.time_zone, create_organization.region)
  on conflict on constraint organizations_slug_key do nothing
  returning * into created;
  if created.id is null then
    perform core.raise_error(409, 'slug_taken', 'Another organization has this slug.', jsonb_build_object('slug', slug));
  end if;
  insert into public.organization_settings (organization_id) values (created.id);
  if owner_id is not null then
    perform core.ensure_profile(owner_id);
    insert into public.memberships (organization_id, user_id, role) values (created.id, owner_id, 'owner');
  end if;

  perform core.append_event(created.id, 'organization', created.id, 'organization.created',
    jsonb_build_object('slug', created.slug, 'kind', created.kind));
  perform core.audit(created.id, 'organization.create', 'organization', created.id, null, to_jsonb(created));
  return core.keep('create_organization', core.nil_uuid(), idempotency_key, to_jsonb(created));
end;
$$;
comment on function core.create_organization(text, text, text, text, text, text) is
  'Founds an organization; its caller becomes owner. A service founds one without members.';
grant execute on function core.create_organization(text, text, text, text, text, text) to authenticated, service_role;

create function core.nil_uuid() returns uuid
language sql immutable parallel safe
set search_path = ''
as $$ select '00000000-0000-0000-0000-000000000000'::uuid $$;
comment on function core.nil_uuid() is 'Scope of idempotency keys of commands that belong to no organization.';

create function core.check_organization(name text, slug text, kind text, time_zone text) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  field text := case
    when name is null or length(btrim(name)) not between 1 and 200 then 'name'
    when slug is null or slug !~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$' then 'slug'
    when kind is null or kind !~ '^[a-z][a-z_]{0,39}$' then 'kind'
    when not core.is_time_zone(time_zone) then 'time_zone'
  end;
begin
  if field is not null then
    perform core.raise_error(422, 'invalid_input', 'A field of the organization is not valid.',
      jsonb_build_object('field', field));
  end if;
end;
$$;
comment on function core.check_organization(text, text, text, text) is
  'Names the first field that the table would refuse.';

create function core.ensure_profile(user_id uuid) returns void
language sql volatile
set search_path = ''
as $$
  insert into public.profiles (id) select u.id from auth.users u where u.id = ensure_profile.user_id
  on conflict (id) do nothing
$$;
comment on function core.ensure_profile(uuid) is 'Makes up for a profile that sign-up could not create.';

create function core.update_organization(
  organization_id uuid,
  name text default null,
  slug text default null,
  kind text default null,
  time_zone text default null,
  region text default null,
  listed boolean default null,
  settings jsonb default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.organizations;
  new_row public.organizations;
  old_settings jsonb;
  new_settings jsonb;
begin
  perform core.require(organization_id, 'organization.manage');
  perform core.lock_stream(organization_id);
  select o.* into old_row from public.organizations o where o.id = organization_id;
  select s.settings into old_settings
  from public.organization_settings s where s.organization_id = update_organization.organization_id;

  perform core.check_organization(coalesce(name, old_row.name), coalesce(slug, old_row.slug),
    coalesce(kind, old_row.kind), coalesce(time_zone, old_row.time_zone));
  if jsonb_typeof(settings) <> 'object' or pg_column_size(settings) > 65536 then
    perform core.raise_error(422, 'invalid_input', 'Settings are an object of at most 64 kB.', '{"field": "settings"}');
  end if;

  begin
    update public.organizations o set
      name = coalesce(btrim(update_organization.name), o.name),
      slug = coalesce(update_organization.slug, o.slug),
      kind = coalesce(update_organization.kind, o.kind),
      time_zone = coalesce(update_organization.time_zone, o.time_zone),
      region = coalesce(update_organization.region, o.region),
      listed = coalesce(update_organization.listed, o.listed),
      updated_at = now()
    where o.id = organization_id
    returning o.* into new_row;
  exception when unique_violation then
    perform core.raise_error(409, 'slug_taken', 'Another organization has this slug.', jsonb_build_object('slug', slug));
  end;
  update public.organization_settings s set settings = coalesce(update_organization.settings, s.settings), updated_at = now()
  where s.organization_id = update_organization.organization_id
  returning s.settings into new_settings;

  perform core.append_event(organization_id, 'organization', organization_id, 'organization.updated', '{}');
  perform core.audit(organization_id, 'organization.update', 'organization', organization_id,
    to_jsonb(old_row) || jsonb_build_object('settings', old_settings),
    to_jsonb(new_row) || jsonb_build_object('settings', new_settings));
  return to_jsonb(new_row) || jsonb_build_object('settings', new_settings);
end;
$$;
comment on function core.update_organization(uuid, text, text, text, text, text, boolean, jsonb) is
  'Changes what is given and leaves the rest; settings are replaced as a whole.';
grant execute on function core.update_organization(uuid, text, text, text, text, text, boolean, jsonb) to authenticated, service_role;

-- members ------------------------------------------------------------------------------------------------------------

create function core.my_rank(organization_id uuid) returns int
language sql stable security definer
set search_path = ''
as $$
  select case when core.is_service() or core.is_super_admin() then 1000 else coalesce(
    (select r.rank from public.memberships m join public.roles r on r.name = m.role
     where m.organization_id = my_rank.organization_id and m.user_id = auth.uid()), 0) end
$$;
comment on function core.my_rank(uuid) is
  'The caller''s rank in the organization; services and super admins outrank everyone.';

create function core.require_rank(organization_id uuid, role text) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  wanted int := (select r.rank from public.roles r where r.name = role);
begin
  if wanted is null then
    perform core.raise_error(422, 'invalid_input', 'There is no such role.', '{"field": "role"}');
  elsif wanted > core.my_rank(organization_id) then
    perform core.raise_error(403, 'role_outranks_yours', 'Nobody grants, changes or removes a role above their own.',
      jsonb_build_object('role', role));
  end if;
end;
$$;
comment on function core.require_rank(uuid, text) is 'Refuses a caller whom this role outranks.';

create function core.keep_an_owner() returns trigger
language plpgsql volatile security definer
set search_path = ''
as $$
begin
  -- Two owners who demote each other meet at this lock; the second then sees what the first did. None: the
  -- organization itself is being deleted.
  perform from public.organizations o where o.id = old.organization_id for no key update;
  if found and not exists (
    select from public.memberships m where m.organization_id = old.organization_id and m.role = 'owner'
  ) then
    perform core.raise_error(409, 'last_owner', 'An organization keeps at least one owner: name another one first.');
  end if;
  return null;
end;
$$;
comment on function core.keep_an_owner() is
  'Refuses to take the last owner away, by whatever way: also the deletion of their account.';
create trigger keep_an_owner_updated after update of role on public.memberships
  for each row when (old.role = 'owner' and new.role <> 'owner') execute function core.keep_an_owner();
create trigger keep_an_owner_deleted after delete on public.memberships
  for each row when (old.role = 'owner') execute function core.keep_an_owner();

create function core.set_member_role(organization_id uuid, user_id uuid, role text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.memberships;
  new_row public.memberships;
begin
  perform core.require(organization_id, 'members.manage');
  perform core.lock_stream(organization_id);
  perform core.require_rank(organization_id, role);
  select m.* into old_row from public.memberships m
  where m.organization_id = set_member_role.organization_id and m.user_id = set_member_role.user_id;
  if old_row.user_id is null then
    perform core.raise_error(404, 'not_found', 'There is no such member.');
  end if;
  perform core.require_rank(organization_id, old_row.role);
  if old_row.role = role then
    return to_jsonb(old_row);
  end if;

  update public.memberships m set role = set_member_role.role, updated_at = now()
  where m.organization_id = set_member_role.organization_id and m.user_id = set_member_role.user_id
  returning m.* into new_row;
  perform core.revoke_invitations_above(organization_id, user_id);
  perform core.append_event(organization_id, 'organization', organization_id, 'member.role_changed',
    jsonb_build_object('user_id', user_id, 'role', role, 'previous_role', old_row.role));
  perform core.audit(organization_id, 'member.set_role', 'membership', user_id, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.set_member_role(uuid, uuid, text) is
  'Gives a member another role, up to the caller''s own rank.';
grant execute on function core.set_member_role(uuid, uuid, text) to authenticated, service_role;

create function core.remove_member(organization_id uuid, user_id uuid) returns void
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  old_row public.memberships;
begin
  if auth.uid() is distinct from user_id then
    perform core.require(organization_id, 'members.manage');
  end if;
  perform core.lock_stream(organization_id);
  select m.* into old_row from public.memberships m
  where m.organization_id = remove_member.organization_id and m.user_id = remove_member.user_id;
  if old_row.user_id is null then
    perform core.raise_error(404, 'not_found', 'There is no such member.');
  end if;
  if auth.uid() is distinct from user_id then
    perform core.require_rank(organization_id, old_row.role);
  end if;

  delete from public.memberships m
  where m.organization_id = remove_member.organization_id and m.user_id = remove_member.user_id;
  perform core.revoke_invitations_above(organization_id, user_id);
  perform core.append_event(organization_id, 'organization', organization_id, 'member.removed',
    jsonb_build_object('user_id', user_id, 'role', old_row.role));
  perform core.audit(organization_id, 'member.remove', 'membership', user_id, to_jsonb(old_row), null);
end;
$$;
comment on function core.remove_member(uuid, uuid) is
  'Removes a member, or lets the caller leave; never the last owner.';
grant execute on function core.remove_member(uuid, uuid) to authenticated, service_role;

-- profiles -----------------------------------------------------------------------------------------------------------

create function core.update_profile(
  display_name text default null,
  phone text default null,
  locale text default null,
  time_zone text default null
) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  me uuid := auth.uid();
  field text := case
    when length(display_name) > 200 then 'display_name'
    when phone <> '' and phone !~ '^\+?[0-9 ()./-]{3,40}$' then 'phone'
    when locale !~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$' then 'locale'
    when time_zone <> '' and not core.is_time_zone(time_zone) then 'time_zone'
  end;
  old_row public.profiles;
  new_row public.profiles;
begin
  if me is null then
    perform core.raise_error(401, 'not_authenticated', 'Sign in first.');
  elsif field is not null then
    perform core.raise_error(422, 'invalid_input', 'A field of the profile is not valid.', jsonb_build_object('field', field));
  end if;
  perform core.ensure_profile(me);
  select p.* into old_row from public.profiles p where p.id = me for no key update;

  update public.profiles p set
    display_name = coalesce(update_profile.display_name, p.display_name),
    phone = nullif(coalesce(update_profile.phone, p.phone), ''),
    locale = coalesce(update_profile.locale, p.locale),
    time_zone = nullif(coalesce(update_profile.time_zone, p.time_zone), ''),
    updated_at = now()
  where p.id = me
  returning p.* into new_row;
  perform core.append_event(null, 'profile', me, 'profile.updated', '{}');
  perform core.audit(null, 'profile.update', 'profile', me, to_jsonb(old_row), to_jsonb(new_row));
  return to_jsonb(new_row);
end;
$$;
comment on function core.update_profile(text, text, text, text) is
  'Changes what is given of the caller''s own profile; an empty phone or time zone is taken out.';
grant execute on function core.update_profile(text, text, text, text) to authenticated;
