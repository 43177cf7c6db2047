-- Appointments, tables: series, several appointments booked by one rule of recurrence.
-- A series says by which rule and in which zone; when, with whom and for which guest each appointment is, that says itself.

create table public.appointment_series (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  service_id uuid not null references public.services (id) on delete cascade,
  resource_id uuid references public.resources (id) on delete set null,
  customer_id uuid,
  rule text not null,
  time_zone text not null,
  starts_at timestamptz not null,
  version bigint not null default 1,
  cancelled_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint rule_is_short check (length(rule) between 1 and 500),
  constraint time_zone_is_known check (core.is_time_zone(time_zone))
);
comment on table public.appointment_series is
  'Appointments booked together by a rule of recurrence. Customers read their own, members with appointments.read their organization''s.';
comment on column public.appointment_series.rule is
  'The RRULE (RFC 5545) it was booked by, for people and calendar programs. What is booked are its appointments: later changes move them, not the rule.';
comment on column public.appointment_series.time_zone is 'IANA name: in whose wall-clock times it repeats, and its changes are reckoned.';
comment on column public.appointment_series.starts_at is 'The first start that was asked for.';
comment on column public.appointment_series.resource_id is 'Who or what was asked for; null: anyone.';
comment on column public.appointment_series.customer_id is 'Whose it is; null: a guest''s, whom its appointments name.';
comment on column public.appointment_series.cancelled_at is 'When what was left of it was cancelled.';
create index appointment_series_by_organization on public.appointment_series (organization_id, created_at, id);
create index appointment_series_by_customer on public.appointment_series (customer_id, created_at) where customer_id is not null;
create index appointment_series_by_service on public.appointment_series (service_id);
create index appointment_series_by_resource on public.appointment_series (resource_id);

alter table public.appointment_series enable row level security;
grant select on public.appointment_series to authenticated, service_role;
create policy "customers read their own series, members their organization's" on public.appointment_series
  for select to authenticated using (
    customer_id = (select auth.uid()) or organization_id = any (array(select core.my_organization_ids('appointments.read'))));

insert into core.aggregate_types (aggregate_type, domain) values ('series', 'appointments');
