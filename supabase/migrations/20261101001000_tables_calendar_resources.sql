-- Calendar, tables: locations, resources and when they are open.
-- A resource is anything that can be in one place at a time. Its opening hours are wall-clock rules in its own zone:
-- weekly windows, replaced on single dates by overrides; absences and imported busy time are instants taken out of them.

create function calendar.on_earth(latitude double precision, longitude double precision)
returns extensions.cube
language plpgsql immutable strict parallel safe set search_path = '' as $$
begin
  return extensions.cube(array[
    6371008.8 * cos(radians(latitude)) * cos(radians(longitude)),
    6371008.8 * cos(radians(latitude)) * sin(radians(longitude)),
    6371008.8 * sin(radians(latitude))]);
end $$;
comment on function calendar.on_earth(double precision, double precision) is
  'A point of the earth as metres from its centre: a sphere of the mean radius, so distances are right to half a percent.';

create table public.locations (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  address text,
  latitude double precision,
  longitude double precision,
  time_zone text not null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- What refers to a location names its organization too: nothing can be at a place of another one.
  unique (organization_id, id),
  constraint has_a_name check (length(trim(name)) between 1 and 200),
  constraint address_is_short check (length(address) <= 500),
  constraint known_time_zone check (core.is_time_zone(time_zone)),
  constraint position_is_whole check ((latitude is null) = (longitude is null)),
  constraint position_is_on_earth check (latitude between -90 and 90 and longitude between -180 and 180)
);
comment on table public.locations is
  'Places of an organization: branches, clinics, campuses. Resources and walk-in queues are at one.';
comment on column public.locations.latitude is 'Degrees north, WGS 84; with longitude or not at all.';
comment on column public.locations.time_zone is 'IANA name; the days of the location''s lists are days of this zone.';

create index locations_on_earth on public.locations using gist (calendar.on_earth(latitude, longitude));

create table public.resources (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  location_id uuid,
  kind text not null,
  name text not null,
  time_zone text not null,
  capacity integer not null default 1,
  attributes jsonb not null default '{}',
  user_id uuid references auth.users (id) on delete set null,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint location_is_of_the_organization foreign key (organization_id, location_id)
    references public.locations (organization_id, id) on delete set null (location_id),
  constraint known_kind check (kind in ('staff', 'room', 'equipment', 'venue', 'team')),
  constraint has_a_name check (length(trim(name)) between 1 and 200),
  constraint known_time_zone check (core.is_time_zone(time_zone)),
  constraint seats_in_reason check (capacity between 1 and 1000),
  constraint attributes_are_an_object check (jsonb_typeof(attributes) = 'object'),
  constraint only_staff_has_an_account check (user_id is null or kind = 'staff')
);
comment on table public.resources is
  'What can be in one place at a time: staff, rooms, equipment, venues, teams. Read by members with resources.read.';
comment on column public.resources.time_zone is 'IANA name; opening hours are wall-clock times in it.';
comment on column public.resources.capacity is 'Seats: how many claims may overlap.';
comment on column public.resources.user_id is 'The account of this member of staff, whose own calendar it is.';
create index resources_organization on public.resources (organization_id, kind);
create index resources_user on public.resources (user_id);
create index resources_location on public.resources (location_id, organization_id);

-- A window whose closing time is not after its opening time ends on the next day; 24:00 is the next midnight.
create table public.weekly_hours (
  resource_id uuid not null references public.resources (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  weekday smallint not null,
  opens time not null,
  closes time not null,
  primary key (resource_id, weekday, opens),
  constraint iso_weekday check (weekday between 1 and 7),
  constraint opens_within_the_day check (opens < time '24:00')
);
comment on table public.weekly_hours is
  'Opening windows of a week by ISO weekday (1 = Monday), in the resource''s zone. closes <= opens runs past midnight.';
create index weekly_hours_organization on public.weekly_hours (organization_id);

-- One row without times closes the date; such a row stands alone (guarded by set_date_override, which replaces a date whole).
create table public.date_overrides (
  resource_id uuid not null references public.resources (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  day date not null,
  opens time,
  closes time,
  constraint one_window_a_start unique nulls not distinct (resource_id, day, opens),
  constraint open_has_both_times check ((opens is null) = (closes is null)),
  constraint opens_within_the_day check (opens < time '24:00')
);
comment on table public.date_overrides is
  'Hours of single dates, which replace the weekly ones and own every minute of their date, the end of the night before included. Null times: closed.';
create index date_overrides_organization on public.date_overrides (organization_id);

create table public.absences (
  id uuid primary key default core.uuid_v7(),
  resource_id uuid not null references public.resources (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  during tstzrange not null,
  reason text,
  created_at timestamptz not null default now(),
  constraint ends_after_start check (not isempty(during) and not lower_inf(during) and not upper_inf(during))
);
comment on table public.absences is 'Time in which a resource is away whatever its hours say: leave, maintenance.';
create index absences_resource on public.absences using gist (resource_id, during);
create index absences_resource_fk on public.absences (resource_id);
create index absences_organization on public.absences (organization_id);

create table calendar.busy_times (
  resource_id uuid not null references public.resources (id) on delete cascade,
  source text not null,
  external_id text not null,
  during tstzrange not null,
  primary key (resource_id, source, external_id),
  constraint ends_after_start check (not isempty(during) and not lower_inf(during) and not upper_inf(during))
);
comment on table calendar.busy_times is
  'Busy time read from calendars kept elsewhere. It may overlap anything, so it is no claim: it only takes free time away.';
create index busy_times_during on calendar.busy_times using gist (resource_id, during);
alter table calendar.busy_times enable row level security;

alter table public.locations enable row level security;
alter table public.resources enable row level security;
alter table public.weekly_hours enable row level security;
alter table public.date_overrides enable row level security;
alter table public.absences enable row level security;
grant select on public.locations, public.resources, public.weekly_hours, public.date_overrides, public.absences to authenticated, service_role;

create policy "members read their organization's locations" on public.locations
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));
-- A member without the permission (a customer) is shown who could be booked by a service for scheduling that acts for them,
-- not by asking themselves.
create policy "members read resources, or a scheduling service for them" on public.resources
  for select to authenticated using (
    organization_id = any (array(select core.my_organization_ids('resources.read')))
    or (active and organization_id = any (array(select core.my_organization_ids_through('scheduling'))))
  );
create policy "members read weekly hours, or a scheduling service for them" on public.weekly_hours
  for select to authenticated using (
    organization_id = any (array(select core.my_organization_ids('resources.read')))
    or organization_id = any (array(select core.my_organization_ids_through('scheduling')))
  );
create policy "members read their organization's date overrides" on public.date_overrides
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));
create policy "members read their organization's absences" on public.absences
  for select to authenticated using (organization_id in (select core.my_organization_ids('resources.read')));
