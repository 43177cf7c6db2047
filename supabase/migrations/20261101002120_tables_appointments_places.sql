-- Appointments, tables: sessions that people attend together, holds of a slot, and the waitlist.

create table public.group_sessions (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  service_id uuid not null references public.services (id) on delete cascade,
  location_id uuid references public.locations (id) on delete set null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  resource_ids uuid[] not null,
  seats integer not null,
  seats_taken integer not null default 0,
  planned boolean not null,
  status text not null default 'open',
  created_at timestamptz not null default now(),
  constraint ends_after_start check (ends_at > starts_at),
  constraint needs_a_resource check (cardinality(resource_ids) >= 1),
  constraint known_status check (status in ('open', 'cancelled')),
  constraint seats_in_reason check (seats between 1 and 1000),
  constraint seats_are_not_oversold check (seats_taken between 0 and seats),
  constraint cancelled_sessions_are_empty check (status = 'open' or seats_taken = 0)
) with (fillfactor = 70);
comment on table public.group_sessions is
  'A start of a service that several people attend: it claims the resources, bookings take its seats. Anyone sees those of public services.';
comment on column public.group_sessions.seats_taken is 'By bookings, requests and holds; guarded by seats_are_not_oversold.';
comment on column public.group_sessions.planned is 'Made by staff, and kept while nobody attends; others are opened by the first booking and end with the last.';
create index group_sessions_service on public.group_sessions (service_id, starts_at);
create index group_sessions_organization on public.group_sessions (organization_id, starts_at);
create index group_sessions_location on public.group_sessions (location_id);
alter table public.group_sessions enable row level security;
grant select on public.group_sessions to anon, authenticated, service_role;
create policy "anyone reads the open sessions of public services" on public.group_sessions
  for select to anon using (status = 'open' and exists (select from public.services s where s.id = service_id and s.active and s.visibility = 'public'));
create policy "users read sessions on offer and their organization's" on public.group_sessions
  for select to authenticated using (
    (status = 'open' and exists (select from public.services s where s.id = service_id and s.active and s.visibility = 'public'))
    or organization_id = any (array(select core.my_organization_ids('appointments.read'))));

create table public.waitlist_entries (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  service_id uuid not null references public.services (id) on delete cascade,
  resource_id uuid references public.resources (id) on delete cascade,
  customer_id uuid references public.profiles (id) on delete cascade,
  guest_name text,
  guest_email text,
  guest_phone text,
  during tstzrange not null,
  party_size integer not null default 1,
  status text not null default 'waiting',
  hold_id uuid,
  declined_starts timestamptz[] not null default '{}',
  appointment_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint known_status check (status in ('waiting', 'offered', 'booked', 'lapsed', 'left')),
  constraint starts_in_a_range check (not isempty(during) and not lower_inf(during) and not upper_inf(during)),
  constraint party_is_counted check (party_size >= 1),
  constraint is_for_a_customer_or_a_guest check ((customer_id is null) <> (guest_name is null)),
  constraint guest_can_be_reached check (guest_name is null or guest_email is not null or guest_phone is not null),
  constraint guest_fields_are_short check (length(guest_name) <= 200 and length(guest_email) <= 320 and length(guest_phone) <= 40),
  constraint an_offer_is_a_hold check ((status = 'offered') = (hold_id is not null)),
  constraint booked_as_an_appointment check ((status = 'booked') = (appointment_id is not null))
);
comment on table public.waitlist_entries is
  'Who waits for a slot of a service that starts within a range. First come, first offered, one offer at a time.';
comment on column public.waitlist_entries.during is 'The starts that would suit.';
comment on column public.waitlist_entries.hold_id is 'The slot that is held for them while it is offered.';
comment on column public.waitlist_entries.declined_starts is 'Starts that were offered and not wanted; they are not offered again.';
create index waitlist_entries_line on public.waitlist_entries (service_id, created_at, id) where status = 'waiting';
create index waitlist_entries_service on public.waitlist_entries (service_id);
create index waitlist_entries_organization on public.waitlist_entries (organization_id, created_at);
create index waitlist_entries_resource on public.waitlist_entries (resource_id);
create index waitlist_entries_customer on public.waitlist_entries (customer_id);
create unique index waitlist_entries_wait_once on public.waitlist_entries (customer_id, service_id, during) where status in ('waiting', 'offered');
alter table public.waitlist_entries enable row level security;
grant select on public.waitlist_entries to authenticated, service_role;
create policy "customers read their own entries, members their organization's" on public.waitlist_entries
  for select to authenticated using (
    customer_id = (select auth.uid()) or organization_id = any (array(select core.my_organization_ids('appointments.read'))));

create table public.holds (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  service_id uuid not null references public.services (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  resource_ids uuid[] not null,
  session_id uuid references public.group_sessions (id) on delete cascade,
  party_size integer not null,
  customer_id uuid references public.profiles (id) on delete cascade,
  waitlist_entry_id uuid references public.waitlist_entries (id) on delete cascade,
  status text not null default 'held',
  appointment_id uuid,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint ends_after_start check (ends_at > starts_at),
  constraint known_status check (status in ('held', 'booked', 'released', 'expired')),
  constraint party_is_counted check (party_size >= 1),
  constraint booked_as_an_appointment check ((status = 'booked') = (appointment_id is not null))
);
comment on table public.holds is
  'A slot kept for one visitor while they fill in or pay, or to whom it is offered: it has the claims, until it expires. A guest''s is known by its token.';
comment on column public.holds.waitlist_entry_id is 'Whose turn it is, where the hold is an offer.';
create index holds_organization on public.holds (organization_id, created_at);
create index holds_service on public.holds (service_id);
create index holds_session on public.holds (session_id);
create index holds_customer on public.holds (customer_id);
create index holds_waitlist_entry on public.holds (waitlist_entry_id);
create index holds_to_expire on public.holds (expires_at) where status = 'held';
alter table public.holds enable row level security;
grant select on public.holds to authenticated, service_role;
create policy "customers read their own holds, members their organization's" on public.holds
  for select to authenticated using (
    customer_id = (select auth.uid()) or organization_id = any (array(select core.my_organization_ids('appointments.read'))));
