-- Appointments, tables: the services on offer and the resources that each needs.

create table public.services (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  description text not null default '',
  duration_minutes integer not null,
  slot_interval_minutes integer not null,
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  minimum_notice_minutes integer not null default 0,
  booking_horizon_days integer not null default 90,
  price numeric(12, 2),
  currency text,
  requires_approval boolean not null default false,
  visibility text not null default 'public',
  guests_allowed boolean not null default true,
  assignment text not null default 'round_robin',
  cancellation_notice_minutes integer not null default 0,
  reschedule_notice_minutes integer not null default 0,
  maximum_reschedules integer,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint has_a_name check (length(trim(name)) between 1 and 200),
  constraint duration_is_a_day_at_most check (duration_minutes between 1 and 1440),
  constraint interval_is_a_day_at_most check (slot_interval_minutes between 1 and 1440),
  constraint buffers_are_a_day_at_most check (buffer_before_minutes between 0 and 1440 and buffer_after_minutes between 0 and 1440),
  constraint notice_is_not_negative check (minimum_notice_minutes >= 0 and cancellation_notice_minutes >= 0 and reschedule_notice_minutes >= 0),
  constraint horizon_is_two_years_at_most check (booking_horizon_days between 1 and 731),
  constraint price_has_a_currency check ((price is null) = (currency is null) and price >= 0 and price <> 'NaN'),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint known_visibility check (visibility in ('public', 'private')),
  constraint known_assignment check (assignment in ('round_robin', 'fixed')),
  constraint reschedules_are_not_negative check (maximum_reschedules >= 0)
);
comment on table public.services is
  'What can be booked. Anyone sees active public services; members see all of their organization''s.';
comment on column public.services.slot_interval_minutes is 'Distance of slots on the grid, which counts from the opening.';
comment on column public.services.buffer_before_minutes is 'Taken before the start, beside the appointment itself; may lie outside the opening hours.';
comment on column public.services.minimum_notice_minutes is 'How long before its start a slot can still be booked.';
comment on column public.services.booking_horizon_days is 'How many days ahead slots are offered.';
comment on column public.services.requires_approval is 'Bookings begin as pending and hold their slot until confirmed or cancelled.';
comment on column public.services.assignment is 'Who serves when several can: round_robin takes the one with the least time claimed that week, fixed the first in order.';
comment on column public.services.maximum_reschedules is 'How often a customer may move a booking; null: without limit.';
create index services_organization on public.services (organization_id);

create table public.service_groups (
  service_id uuid not null references public.services (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  rule text not null,
  primary key (service_id, name),
  constraint has_a_name check (length(trim(name)) between 1 and 100),
  constraint known_rule check (rule in ('all', 'any'))
);
comment on table public.service_groups is 'The resources a service needs: of each group all of its members, or any one.';
create index service_groups_organization on public.service_groups (organization_id);

create table public.service_group_members (
  service_id uuid not null,
  group_name text not null,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  resource_id uuid not null references public.resources (id) on delete cascade,
  position integer not null,
  primary key (service_id, group_name, resource_id),
  foreign key (service_id, group_name) references public.service_groups (service_id, name) on delete cascade,
  constraint position_is_positive check (position >= 1)
);
comment on table public.service_group_members is 'The members of a group, in the order in which fixed assignment takes them.';
create index service_group_members_resource on public.service_group_members (resource_id);
create index service_group_members_organization on public.service_group_members (organization_id);

alter table public.services enable row level security;
alter table public.service_groups enable row level security;
alter table public.service_group_members enable row level security;
grant select on public.services to anon, authenticated, service_role;
grant select on public.service_groups, public.service_group_members to authenticated, service_role;

create policy "anyone reads active public services" on public.services
  for select to anon using (active and visibility = 'public');
create policy "users read active public services and their organization's" on public.services
  for select to authenticated
  using ((active and visibility = 'public') or organization_id = any (array(select core.my_organization_ids())));
create policy "members read their organization's service groups" on public.service_groups
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));
create policy "members read their organization's group members" on public.service_group_members
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));
