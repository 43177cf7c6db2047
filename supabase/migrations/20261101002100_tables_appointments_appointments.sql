-- Appointments, tables: appointments by month of their start, and the days' counts.
-- States are those of FHIR R4 Appointment.status (booked, arrived, fulfilled, …), the moves between them a constraint.

-- Expressions of check constraints are read anew by every insert: as a function this one costs a tenth.
create function appointments.may_become(previous_status text, status text)
returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return case status
    when 'pending' then previous_status is null or previous_status in ('waitlisted', 'booked')
    when 'waitlisted' then previous_status is null
    when 'booked' then previous_status is null or previous_status in ('pending', 'waitlisted')
    when 'arrived' then previous_status = 'booked'
    when 'checked_in' then previous_status in ('booked', 'arrived')
    when 'fulfilled' then previous_status in ('booked', 'arrived', 'checked_in')
    when 'no_show' then previous_status in ('booked', 'arrived')
    when 'cancelled' then previous_status in ('pending', 'waitlisted', 'booked', 'arrived', 'checked_in')
    when 'entered_in_error' then previous_status is not null and previous_status <> 'entered_in_error'
    else false
  end;
end $$;
comment on function appointments.may_become(text, text) is
  'The state machine: whether an appointment may go from one state (null: none yet) to another.';

create table public.appointments (
  id uuid not null default core.uuid_v7(),
  organization_id uuid not null,
  service_id uuid not null,
  location_id uuid,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status text not null,
  previous_status text,
  customer_id uuid,
  booked_by uuid,
  guest_name text,
  guest_email text,
  guest_phone text,
  resource_ids uuid[] not null,
  session_id uuid,
  series_id uuid,
  party_size integer not null default 1,
  intake jsonb not null default '{}',
  policy jsonb not null,
  notes text,
  cancellation_reason text,
  expires_at timestamptz,
  fee_due numeric(12, 2),
  reschedules integer not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (id, starts_at),
  constraint ends_after_start check (ends_at > starts_at),
  constraint needs_a_resource check (cardinality(resource_ids) >= 1),
  constraint is_for_a_customer_or_a_guest check ((customer_id is null) <> (guest_name is null)),
  constraint guest_can_be_reached check (guest_name is null or guest_email is not null or guest_phone is not null),
  constraint guest_fields_are_short check (length(guest_name) <= 200 and length(guest_email) <= 320 and length(guest_phone) <= 40),
  constraint notes_are_short check (length(notes) <= 5000 and length(cancellation_reason) <= 1000),
  constraint party_is_counted check (party_size >= 1),
  constraint only_requests_expire check ((expires_at is not null) = (status = 'pending')),
  constraint fee_is_of_a_cancellation check (fee_due is null or status in ('cancelled', 'entered_in_error')),
  constraint reason_is_of_a_cancellation check (cancellation_reason is null or status in ('cancelled', 'entered_in_error')),
  constraint allowed_transition check (appointments.may_become(previous_status, status))
) partition by range (starts_at);
comment on table public.appointments is
  'Bookings. Customers read their own, members with appointments.read their organization''s. Written by commands only.';
comment on column public.appointments.location_id is 'Where it takes place: the location of its resources; null when none of them has one.';
comment on column public.appointments.booked_by is 'The account that booked: the customer''s own, or that of staff; null for guests and services.';
comment on column public.appointments.session_id is 'The session whose seats it takes, where people attend together.';
comment on column public.appointments.series_id is 'The series it belongs to.';
comment on column public.appointments.intake is 'The answers to what the service asked at booking.';
comment on column public.appointments.expires_at is 'When a pending request lapses.';
comment on column public.appointments.fee_due is 'What is owed for cancelling late, in the currency of the policy.';
comment on column public.appointments.policy is
  'The service''s terms at booking: duration, buffers, price, notice to cancel and to move. Later changes of the service do not touch it.';
comment on column public.appointments.previous_status is 'The state before this one; kept by a trigger, so that the constraint sees each move.';
comment on column public.appointments.version is 'Counts the changes; send it as expected_version to change only what you have seen.';
-- No foreign keys to organizations and services: each booking would lock the same few rows of them at once. Commands
-- read both in the booking's own transaction, and neither is ever deleted while it has appointments.
create index appointments_by_organization on public.appointments (organization_id, starts_at, id);
create index appointments_by_customer on public.appointments (customer_id, starts_at) where customer_id is not null;
create index appointments_by_location on public.appointments (location_id, starts_at, id) where location_id is not null;

create index appointments_by_session on public.appointments (session_id) where session_id is not null;
create index appointments_by_series on public.appointments (series_id) where series_id is not null;
create index appointments_to_lapse on public.appointments (expires_at) where expires_at is not null;

create function appointments.keep_previous_status() returns trigger
language plpgsql set search_path = '' as $$
begin
  new.previous_status := old.status;
  return new;
end $$;
comment on function appointments.keep_previous_status() is 'Hands the state before to the constraint allowed_transition.';

-- Fires on every update that names status, a change or not: the same state twice is no move either.
create trigger appointments_keep_previous_status before update of status on public.appointments
  for each row execute function appointments.keep_previous_status();

create table appointments.appointments_default partition of public.appointments default;
alter table appointments.appointments_default enable row level security;
select core.ensure_month_partitions('public.appointments', 'appointments', 3);

alter table public.appointments enable row level security;
grant select on public.appointments to authenticated, service_role;
create policy "customers read their own appointments" on public.appointments
  for select to authenticated using (customer_id = (select auth.uid()));
-- `= any (array(…))` and not `in (…)`: joined by OR to the policy above, only this form can still use an index.
create policy "members read their organization's appointments" on public.appointments
  for select to authenticated using (organization_id = any (array(select core.my_organization_ids('appointments.read'))));

create table appointments.move_reasons (
  appointment_id uuid not null,
  version bigint not null,
  reason text not null,
  primary key (appointment_id, version)
);
comment on table appointments.move_reasons is
  'Why an appointment was moved. Not in the logs, which keep what they hold for good: a reason may tell anything of anyone.';
comment on column appointments.move_reasons.version is 'The version of the appointment that the move made.';
alter table appointments.move_reasons enable row level security;

create table public.appointment_days (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  service_id uuid not null references public.services (id) on delete cascade,
  day date not null,
  booked integer not null default 0,
  fulfilled integer not null default 0,
  cancelled integer not null default 0,
  no_show integer not null default 0,
  refreshed_at timestamptz not null default now(),
  primary key (organization_id, day, service_id)
);
comment on table public.appointment_days is
  'Counts of a day''s appointments by service, in the organization''s zone; kept by a job a moment after each change.';
comment on column public.appointment_days.booked is 'Appointments that stand or were kept: pending, booked, arrived, checked_in, fulfilled.';
create index appointment_days_service on public.appointment_days (service_id);
alter table public.appointment_days enable row level security;
grant select on public.appointment_days to authenticated, service_role;
create policy "members read their organization's daily counts" on public.appointment_days
  for select to authenticated using (organization_id in (select core.my_organization_ids('statistics.read')));
