-- Appointments, tables: how much may be booked in a day, a week or a month, and how much is.
-- A counter keeps what it may reach in its row, so that its constraint decides, not a look at it before the booking.

create table public.booking_limits (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  service_id uuid references public.services (id) on delete cascade,
  resource_id uuid references public.resources (id) on delete cascade,
  subject text not null,
  period text not null,
  unit text not null,
  maximum integer not null,
  created_at timestamptz not null default now(),
  constraint known_subject check (subject in ('customer', 'resource', 'service')),
  constraint known_period check (period in ('day', 'week', 'month')),
  constraint known_unit check (unit in ('bookings', 'minutes')),
  constraint maximum_is_not_negative check (maximum between 0 and 1000000),
  constraint of_one_thing check (num_nonnulls(service_id, resource_id) <= 1),
  constraint a_resource_limits_itself_or_its_customers check (resource_id is null or subject <> 'service'),
  constraint one_limit_of_a_kind unique nulls not distinct (organization_id, service_id, resource_id, subject, period, unit)
);
comment on table public.booking_limits is
  'At most so many bookings or minutes for each customer, resource or service in a local day, ISO week or month. A limit of a service or of a resource counts what is booked of it, one of neither the whole organization.';
comment on column public.booking_limits.subject is 'Who may have at most so much: each customer, each resource, or each service.';
comment on column public.booking_limits.period is
  'Of the resource''s zone where the limit is of a resource or counts resources, otherwise of the organization''s. A booking belongs to the period in which it starts.';
create index booking_limits_service on public.booking_limits (service_id);
create index booking_limits_resource on public.booking_limits (resource_id);
alter table public.booking_limits enable row level security;
grant select on public.booking_limits to authenticated, service_role;
create policy "members read their organization's limits" on public.booking_limits
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));

create table appointments.limit_uses (
  limit_id uuid not null references public.booking_limits (id) on delete cascade,
  subject_id uuid not null,
  period_start date not null,
  used integer not null,
  allowed integer not null,
  primary key (limit_id, subject_id, period_start),
  constraint used_is_not_negative check (used >= 0),
  constraint limit_holds check (used <= allowed)
) with (fillfactor = 80);
comment on table appointments.limit_uses is 'How much of a limit is used in a period, by whom. Written with the booking, in its transaction.';
comment on column appointments.limit_uses.subject_id is 'The customer (of a guest the hash of their address), the resource or the service.';
comment on column appointments.limit_uses.allowed is
  'The limit''s maximum; more only where more is booked already: by the desk, by an import, or before the limit was lowered.';
alter table appointments.limit_uses enable row level security;
