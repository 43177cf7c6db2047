-- Appointments, tables: the services on offer and the resources that each needs.

create function appointments.are_intake_fields(fields jsonb)
returns boolean
language plpgsql immutable set search_path = '' as $$
declare
  field jsonb;
begin
  if jsonb_typeof(fields) <> 'array' or jsonb_array_length(fields) > 50 then
    return false;
  end if;
  for field in select f from jsonb_array_elements(fields) f loop
    if jsonb_typeof(field) <> 'object'
      or coalesce(field ->> 'name', '') !~ '^[a-z][a-z0-9_]{0,39}$'
      or coalesce(field ->> 'type', '') not in ('text', 'number', 'integer', 'boolean', 'date', 'choice', 'choices', 'email', 'phone')
      or jsonb_typeof(coalesce(field -> 'required', 'false')) <> 'boolean'
      or length(coalesce(field ->> 'label', '')) > 200
      or ((field ->> 'type') in ('choice', 'choices')) <> (coalesce(jsonb_typeof(field -> 'choices'), '') = 'array')
      or jsonb_typeof(coalesce(field -> 'minimum', '0')) <> 'number' or jsonb_typeof(coalesce(field -> 'maximum', '0')) <> 'number'
      or exists (select from jsonb_object_keys(field) k where k not in ('name', 'label', 'type', 'required', 'choices', 'minimum', 'maximum')) then
      return false;
    end if;
  end loop;
  return (select count(*) = count(distinct f ->> 'name') from jsonb_array_elements(fields) f);
end $$;
comment on function appointments.are_intake_fields(jsonb) is
  'Whether these define what is asked at booking: objects of name (snake_case, once), type (text, number, integer, boolean, date, choice, choices, email, phone), and, if wanted, label, required, choices (of choice and choices), minimum and maximum (of a number, or the length of a text).';

create table public.services (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  description text not null default '',
  duration_minutes integer not null,
  slot_interval_minutes integer not null,
  grid text not null default 'opening',
  grid_minutes integer,
  grid_preferred integer[] not null default '{60,30,15,5}',
  buffer_before_minutes integer not null default 0,
  buffer_after_minutes integer not null default 0,
  minimum_notice_minutes integer not null default 0,
  booking_horizon_days integer not null default 90,
  price numeric(12, 2),
  currency text,
  deposit numeric(12, 2),
  late_cancellation_fee numeric(12, 2),
  requires_approval boolean not null default false,
  approval_minutes integer not null default 2880,
  hold_minutes integer not null default 10,
  offer_minutes integer not null default 60,
  seats integer not null default 1,
  maximum_party integer not null default 1,
  intake_fields jsonb not null default '[]',
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
  constraint known_grid check (grid in ('opening', 'midnight', 'gap', 'optimized')),
  constraint boundaries_are_minutes_of_a_day check (grid_minutes between 1 and 1440
    and 1 <= all (grid_preferred) and 1440 >= all (grid_preferred) and array_position(grid_preferred, null) is null),
  constraint few_boundaries_are_preferred check (cardinality(grid_preferred) <= 10),
  constraint buffers_are_a_day_at_most check (buffer_before_minutes between 0 and 1440 and buffer_after_minutes between 0 and 1440),
  constraint notice_is_not_negative check (minimum_notice_minutes >= 0 and cancellation_notice_minutes >= 0 and reschedule_notice_minutes >= 0),
  constraint horizon_is_two_years_at_most check (booking_horizon_days between 1 and 731),
  constraint price_has_a_currency check ((price is null) = (currency is null) and price >= 0 and price <> 'NaN'),
  constraint deposit_is_part_of_the_price check (deposit between 0 and price),
  constraint fee_has_a_currency check (late_cancellation_fee is null or (currency is not null and late_cancellation_fee >= 0 and late_cancellation_fee <> 'NaN')),
  constraint requests_lapse_within_a_month check (approval_minutes between 1 and 43200),
  constraint holds_last_an_hour_at_most check (hold_minutes between 1 and 60),
  constraint offers_last_two_days_at_most check (offer_minutes between 1 and 2880),
  constraint seats_in_reason check (seats between 1 and 1000),
  constraint a_party_finds_seats check (maximum_party between 1 and seats or (seats = 1 and maximum_party between 1 and 1000)),
  constraint intake_fields_are_defined check (appointments.are_intake_fields(intake_fields)),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint known_visibility check (visibility in ('public', 'private')),
  constraint known_assignment check (assignment in ('round_robin', 'fixed')),
  constraint reschedules_are_not_negative check (maximum_reschedules >= 0)
);
comment on table public.services is
  'What can be booked. Anyone sees active public services; members see all of their organization''s.';
comment on column public.services.slot_interval_minutes is 'Distance of slots on the grid.';
comment on column public.services.grid is
  'Where the grid counts from: opening; midnight, of each local day; gap, anew after whatever is taken, from the next multiple of grid_minutes on the clock; optimized, likewise, from the first of grid_preferred that costs no slot.';
comment on column public.services.grid_minutes is 'What the grid gap rounds up to, in minutes of the local day; null: slot_interval_minutes.';
comment on column public.services.grid_preferred is 'The boundaries that the grid optimized tries, in order; none: a gap''s slots begin as it does.';
comment on column public.services.buffer_before_minutes is 'Taken before the start, beside the appointment itself; may lie outside the opening hours.';
comment on column public.services.minimum_notice_minutes is 'How long before its start a slot can still be booked.';
comment on column public.services.booking_horizon_days is 'How many days ahead slots are offered.';
comment on column public.services.deposit is 'Due at booking, as part of the price; a fact for whoever charges it.';
comment on column public.services.late_cancellation_fee is
  'What a customer owes who cancels after the notice; null: they cannot. A fact for whoever charges it.';
comment on column public.services.requires_approval is
  'Bookings begin as pending and hold their slot until they are confirmed, declined or lapse.';
comment on column public.services.approval_minutes is 'How long a request waits for its answer, at most until its start; then it lapses.';
comment on column public.services.hold_minutes is 'How long a slot is held for a customer who fills in or pays.';
comment on column public.services.offer_minutes is 'How long a freed slot is held for the one on the waitlist to whom it is offered.';
comment on column public.services.seats is 'How many people attend together: over one, bookings of a start share a session with so many seats.';
comment on column public.services.maximum_party is 'How many people may come on one booking. They take as many seats of a session.';
comment on column public.services.intake_fields is
  'What is asked at booking: [{"name", "label", "type", "required", …}], see appointments.are_intake_fields.';
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
  priority integer not null default 0,
  weight numeric not null default 1,
  primary key (service_id, group_name, resource_id),
  foreign key (service_id, group_name) references public.service_groups (service_id, name) on delete cascade,
  constraint position_is_positive check (position >= 1),
  constraint weight_is_a_share check (weight > 0 and weight <= 1000)
);
comment on table public.service_group_members is 'The members of a group, in the order in which fixed assignment takes them.';
comment on column public.service_group_members.priority is 'Round robin: of those who are free, the highest priority serves first.';
comment on column public.service_group_members.weight is 'Round robin, within a priority: twice the weight, twice the time.';
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
