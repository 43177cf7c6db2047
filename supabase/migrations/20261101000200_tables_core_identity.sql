-- Who is who: organizations, profiles, roles and permissions, memberships, invitations.
--
-- Clients read these tables under RLS and write nothing: 20261101000300 holds the commands.

-- organizations ------------------------------------------------------------------------------------------------------

create table public.organizations (
  id uuid primary key default core.uuid_v7(),
  slug text not null unique,
  name text not null,
  kind text not null,
  time_zone text not null,
  region text,
  listed boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint slug_is_a_url_segment check (slug ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
  constraint name_is_short_and_not_blank check (length(btrim(name)) between 1 and 200),
  constraint kind_is_a_word check (kind ~ '^[a-z][a-z_]{0,39}$'),
  constraint time_zone_is_known check (core.is_time_zone(time_zone)),
  constraint region_is_short check (length(region) between 1 and 60)
);
comment on table public.organizations is
  'A clinic, bank, conference, institution or enterprise: the tenant that owns everything else.';
comment on column public.organizations.kind is
  'clinic, bank, conference, institution, enterprise, or another word of the field.';
comment on column public.organizations.time_zone is
  'IANA name: the wall clock of reports and defaults. Resources have their own.';
comment on column public.organizations.region is 'Where data and work should stay, in the operator''s own terms.';
comment on column public.organizations.listed is
  'Whether anyone, signed in or not, may see that the organization exists.';
create index organizations_listed_idx on public.organizations (name) where listed;

create table public.organization_settings (
  organization_id uuid primary key references public.organizations (id) on delete cascade,
  settings jsonb not null default '{}',
  updated_at timestamptz not null default now(),
  constraint settings_are_an_object check (jsonb_typeof(settings) = 'object'),
  constraint settings_are_small check (pg_column_size(settings) <= 65536)
);
comment on table public.organization_settings is 'Preferences of an organization, for its members'' eyes only.';

-- people -------------------------------------------------------------------------------------------------------------

create table public.profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  display_name text not null default '',
  phone text,
  locale text not null default 'en',
  time_zone text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint display_name_is_short check (length(display_name) <= 200),
  constraint phone_looks_like_one check (phone ~ '^\+?[0-9 ()./-]{3,40}$'),
  constraint locale_is_a_language_tag check (locale ~ '^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  constraint time_zone_is_known check (core.is_time_zone(time_zone))
);
comment on table public.profiles is 'What a signed-up user shows of themselves to the organizations they belong to.';
comment on column public.profiles.time_zone is 'IANA name; null means the organization''s.';

-- roles --------------------------------------------------------------------------------------------------------------

create table public.roles (
  name text primary key,
  rank int not null,
  description text not null
);
comment on table public.roles is 'The eight roles a member can have in an organization.';
comment on column public.roles.rank is 'Nobody grants, changes or removes a role that outranks their own.';

create table public.permissions (
  name text primary key,
  description text not null,
  constraint name_is_noun_dot_verb check (name ~ '^[a-z_]+\.[a-z_]+$')
);
comment on table public.permissions is 'What commands and policies ask for. They never ask for a role.';

create table public.role_permissions (
  role text not null references public.roles (name),
  permission text not null references public.permissions (name),
  primary key (role, permission)
);
comment on table public.role_permissions is 'The permissions of each role. A new domain adds its own rows.';
create index role_permissions_permission_idx on public.role_permissions (permission, role);

insert into public.roles (name, rank, description) values
  ('owner', 100, 'Holds every permission, including those of domains to come'),
  ('admin', 90, 'Runs the organization'),
  ('scheduler', 70, 'Runs the calendar of everyone: the front desk, the league office'),
  ('staff', 50, 'Sees clients and keeps their own calendar'),
  ('trainer', 50, 'As staff, for those who teach or coach'),
  ('viewer', 30, 'Looks on: reports, screens, auditors of the timetable'),
  ('learner', 10, 'Takes part as a learner'),
  ('customer', 10, 'Books for themselves');

insert into public.permissions (name, description) values
  ('organization.read', 'See the organization, its settings and its news'),
  ('organization.manage', 'Change the organization and its settings'),
  ('members.read', 'See who belongs to the organization'),
  ('members.manage', 'Invite people, change their roles, remove them'),
  ('audit.read', 'Read the audit log'),
  ('events.read', 'Read the event log and subscribe to it'),
  ('events.publish', 'Publish events of the organization''s own types, and declare those types'),
  ('subscriptions.manage', 'Make, pause and redrive subscriptions and webhooks'),
  ('credentials.manage', 'Make and revoke API keys, register services and their credentials'),
  ('gateway.manage', 'Set what the gateway does for the organization: services, origins, plugins'),
  ('metrics.read', 'Read the platform''s metrics'),
  ('resources.read', 'See staff, rooms and equipment that are not on public offer'),
  ('resources.manage', 'Change resources, opening hours and absences'),
  ('services.manage', 'Change the services on offer'),
  ('appointments.read', 'See all appointments'),
  ('appointments.manage', 'Manage the appointments of everyone'),
  ('appointments.manage_own', 'Manage the appointments of one''s own calendar'),
  ('appointments.book', 'Book services that are not offered to the public'),
  ('statistics.read', 'Read aggregate figures');

insert into public.role_permissions (role, permission)
select r.name, p.name
from public.roles r
join public.permissions p on case r.name
  when 'owner' then true
  when 'admin' then true
  when 'scheduler' then p.name not in (
    'organization.manage', 'members.manage', 'audit.read', 'events.publish', 'subscriptions.manage', 'credentials.manage',
    'gateway.manage', 'metrics.read')
  when 'viewer' then p.name in
    ('organization.read', 'members.read', 'resources.read', 'appointments.read', 'statistics.read')
  when 'learner' then p.name in ('organization.read', 'appointments.book')
  when 'customer' then p.name in ('organization.read', 'appointments.book')
  else p.name in
    ('organization.read', 'members.read', 'resources.read', 'appointments.read', 'appointments.manage_own', 'appointments.book')
end;

-- memberships --------------------------------------------------------------------------------------------------------

create table public.memberships (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  user_id uuid not null references public.profiles (id) on delete cascade,
  role text not null references public.roles (name),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
comment on table public.memberships is 'Who belongs to which organization, in which role: one role an organization.';
create index memberships_user_idx on public.memberships (user_id, organization_id) include (role);
create index memberships_role_idx on public.memberships (role);

create table public.invitations (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  email text not null,
  role text not null references public.roles (name),
  invited_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null default now() + interval '7 days',
  accepted_at timestamptz,
  revoked_at timestamptz,
  constraint email_is_lower_case check (email = lower(email)),
  constraint email_looks_like_one check (email ~ '^[^@\s]+@[^@\s]+\.[^@\s]+$' and length(email) <= 320),
  constraint expires_after_creation check (expires_at > created_at),
  constraint accepted_or_revoked check (accepted_at is null or revoked_at is null)
);
comment on table public.invitations is
  'An offer of membership to one e-mail address: single-use, and good for seven days.';
create unique index invitations_one_open_idx on public.invitations (organization_id, email)
  where accepted_at is null and revoked_at is null;
create index invitations_organization_idx on public.invitations (organization_id, created_at);
create index invitations_role_idx on public.invitations (role);
create index invitations_invited_by_idx on public.invitations (invited_by);

create table core.invitation_tokens (
  invitation_id uuid primary key references public.invitations (id) on delete cascade,
  token_hash bytea not null unique
);
comment on table core.invitation_tokens is
  'sha256 of each invitation''s token, apart from the row that managers can read.';

-- access -------------------------------------------------------------------------------------------------------------

create function core.my_organization_ids(permission text default null) returns setof uuid
language plpgsql stable security definer rows 5
set search_path = ''
as $$
begin
  if core.is_super_admin() then
    return query select o.id from public.organizations o;
    return;
  end if;
  return query
  select m.organization_id
  from public.memberships m
  where m.user_id = auth.uid()
    and (
      my_organization_ids.permission is null
      or exists (
        select from public.role_permissions rp
        where rp.role = m.role and rp.permission = my_organization_ids.permission
      )
    );
  if auth.uid() is null then
    return query
    select c.organization_id from core.acting_credential() c
    where my_organization_ids.permission is null and c.id is not null or my_organization_ids.permission = any (c.scopes);
  end if;
end;
$$;
comment on function core.my_organization_ids(text) is
  'The organizations where the caller has a permission (null: belongs). For policies: evaluated once a query, not once a row.';
grant execute on function core.my_organization_ids(text) to anon, authenticated, service_role;

create function core.has_permission(organization_id uuid, permission text) returns boolean
language plpgsql stable security definer
set search_path = ''
as $$
begin
  return exists (
      select from public.memberships m
      join public.role_permissions rp on rp.role = m.role
      where m.organization_id = has_permission.organization_id
        and m.user_id = auth.uid()
        and rp.permission = has_permission.permission
    )
    or core.is_service()
    or core.is_super_admin()
    or auth.uid() is null and coalesce((
      select c.organization_id = has_permission.organization_id and has_permission.permission = any (c.scopes)
      from core.acting_credential() c
    ), false);
end;
$$;
comment on function core.has_permission(uuid, text) is
  'Whether the caller may do this in the organization: by their role, or by the scopes of an API key or a service''s token for it. '
  'Secret keys and super admins may do everything.';
grant execute on function core.has_permission(uuid, text) to anon, authenticated, service_role;

create function core.require(organization_id uuid, permission text) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if core.has_permission(organization_id, permission) then
    return;
  end if;
  if auth.uid() is null then
    perform core.refuse_bad_credential();
    if (core.acting_credential()).id is null then
      perform core.raise_error(401, 'not_authenticated', 'Sign in first.');
    end if;
  end if;
  perform core.raise_error(403, 'permission_denied', 'Your role in this organization does not allow this.',
    jsonb_build_object('permission', permission));
end;
$$;
comment on function core.require(uuid, text) is
  'Refuses a caller without the permission: the first statement of a command.';
grant execute on function core.require(uuid, text) to anon, authenticated, service_role;

alter table public.organizations enable row level security;
grant select on public.organizations to anon, authenticated, service_role;
create policy "Anyone sees listed organizations" on public.organizations
  for select to anon using (listed);
create policy "Users see listed organizations and their own" on public.organizations
  for select to authenticated using (listed or id = any (array(select core.my_organization_ids())));

alter table public.organization_settings enable row level security;
grant select on public.organization_settings to authenticated, service_role;
create policy "Members see the settings of their organization" on public.organization_settings
  for select to authenticated using (organization_id in (select core.my_organization_ids('organization.read')));

alter table public.roles enable row level security;
grant select on public.roles to anon, authenticated, service_role;
create policy "Anyone sees the roles" on public.roles
  for select to anon, authenticated using (true);

alter table public.permissions enable row level security;
grant select on public.permissions to anon, authenticated, service_role;
create policy "Anyone sees the permissions" on public.permissions
  for select to anon, authenticated using (true);

alter table public.role_permissions enable row level security;
grant select on public.role_permissions to anon, authenticated, service_role;
create policy "Anyone sees what each role may do" on public.role_permissions
  for select to anon, authenticated using (true);

alter table public.memberships enable row level security;
grant select on public.memberships to authenticated, service_role;
create policy "Users see their own memberships and their organizations'" on public.memberships
  for select to authenticated using (
    user_id = (select auth.uid())
    or organization_id = any (array(select core.my_organization_ids('members.read')))
  );

alter table public.profiles enable row level security;
grant select on public.profiles to authenticated, service_role;
-- `exists` a row on purpose: a profile is mostly read by its id or beside memberships, 1 ms here; a set of everyone visible
-- takes 14 ms to make where an organization has 40,000 members, and listing them all costs the same either way.
create policy "Users see their own profile and those of their organizations" on public.profiles
  for select to authenticated using (
    id = (select auth.uid())
    or exists (
      select from public.memberships m
      where m.user_id = profiles.id and m.organization_id = any (array(select core.my_organization_ids('members.read')))
    )
  );

alter table public.invitations enable row level security;
grant select on public.invitations to authenticated, service_role;
create policy "Managers see the invitations of their organization" on public.invitations
  for select to authenticated using (organization_id in (select core.my_organization_ids('members.manage')));

alter table core.invitation_tokens enable row level security;

-- sign-up ------------------------------------------------------------------------------------------------------------

create function core.create_profile() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  insert into public.profiles (id, display_name)
  values (new.id, left(coalesce(new.raw_user_meta_data ->> 'full_name', new.raw_user_meta_data ->> 'name', ''), 200))
  on conflict (id) do nothing;
  return new;
exception when others then
  -- An error here would refuse the sign-up itself; the commands make a missing profile.
  raise warning 'profile of user % not created: %', new.id, sqlerrm;
  return new;
end;
$$;
comment on function core.create_profile() is 'Gives each user who signs up a profile.';

create trigger create_profile after insert on auth.users
  for each row execute function core.create_profile();
