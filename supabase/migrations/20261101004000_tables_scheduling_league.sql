-- Scheduling, tables: sports, their seasons, and the teams and venues of an organization.
-- A team and a venue are calendar resources with a row more: their zone, place, hours and absences are the resource's, so
-- that a game, an appointment and a blackout on the same arena exclude each other without knowing of each other.

create schema scheduling;
comment on schema scheduling is 'Teams, venues, schedules, games, constraints: the commands behind them. Not exposed by the API.';
grant usage on schema scheduling to anon, authenticated, service_role;

insert into public.permissions (name, description) values
  ('schedules.read', 'See drafts of schedules, their constraints, runs and versions'),
  ('schedules.manage', 'Change teams, venues, schedules, games and constraints; run the optimizer'),
  ('schedules.publish', 'Publish schedules and change published games');
insert into public.role_permissions (role, permission)
select r.name, p.name
from public.roles r
join public.permissions p on p.name like 'schedules.%'
where r.name in ('owner', 'admin', 'scheduler') or p.name = 'schedules.read' and r.name in ('staff', 'trainer', 'viewer');

create table public.sports (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  game_minutes integer not null default 150,
  setup_minutes integer not null default 0,
  teardown_minutes integer not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint one_sport_a_name unique (organization_id, name),
  constraint has_a_name check (length(btrim(name)) between 1 and 200),
  constraint game_lasts_within_a_day check (game_minutes between 1 and 1440),
  constraint buffers_in_reason check (setup_minutes between 0 and 1440 and teardown_minutes between 0 and 1440)
);
create index sports_organization on public.sports (organization_id, created_at, id);
comment on table public.sports is 'What is played, and how long its games take a venue.';
comment on column public.sports.game_minutes is 'How long a game lasts where its end is not given.';
comment on column public.sports.setup_minutes is 'What a venue and the teams are taken for before a game starts.';
comment on column public.sports.teardown_minutes is 'What a venue and the teams are taken for after a game ends.';

create table public.seasons (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null,
  sport_id uuid not null,
  name text not null,
  starts_on date not null,
  ends_on date not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint sport_is_of_the_organization foreign key (organization_id, sport_id)
    references public.sports (organization_id, id) on delete cascade,
  constraint one_season_a_name unique (sport_id, name),
  constraint has_a_name check (length(btrim(name)) between 1 and 200),
  constraint ends_after_start check (ends_on >= starts_on and ends_on - starts_on <= 730)
);
comment on table public.seasons is 'A sport''s season: the days from starts_on to ends_on, both included.';
create index seasons_organization on public.seasons (organization_id, created_at, id);
create index seasons_sport on public.seasons (organization_id, sport_id);

create table public.venues (
  id uuid primary key references public.resources (id) on delete cascade,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  name text not null,
  code text,
  spectators integer,
  games_at_once integer not null,
  time_zone text not null,
  address text,
  latitude double precision,
  longitude double precision,
  active boolean not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint one_venue_a_code unique (organization_id, code),
  constraint code_is_short check (code ~ '^[^\s].{0,19}$'),
  constraint spectators_are_counted check (spectators >= 0)
);
comment on table public.venues is
  'Where games are played: a resource of kind venue. Hours and absences (blackouts) are the resource''s, by the calendar''s own commands on this id.';
comment on column public.venues.name is
  'The resource''s; like zone, place, capacity and active a copy kept equal by a trigger, for those who may not read resources.';
comment on column public.venues.games_at_once is 'The resource''s capacity: how many games, or other bookings, fit in at the same time.';
comment on column public.venues.latitude is 'Of the resource''s location.';
comment on column public.venues.active is 'False: retired. It is in no new schedule; what is planned stays.';
comment on column public.venues.code is 'Short name, unique in the organization: how imports and printed schedules name it.';
comment on column public.venues.spectators is 'How many can watch: no more can attend.';
comment on column public.venues.version is 'Counts the changes; the ETag. The resource of the same id has a stream of events, which counts more.';
create index venues_organization on public.venues (organization_id, created_at, id);

create table public.teams (
  id uuid primary key references public.resources (id) on delete cascade,
  organization_id uuid not null,
  sport_id uuid not null,
  venue_id uuid,
  name text not null,
  code text not null,
  division text,
  time_zone text not null,
  active boolean not null,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  -- Deferred, as that of schedule_teams: with an organization all of it goes, in whatever order.
  constraint sport_is_of_the_organization foreign key (organization_id, sport_id) references public.sports (organization_id, id)
    deferrable initially deferred,
  constraint venue_is_of_the_organization foreign key (organization_id, venue_id)
    references public.venues (organization_id, id) on delete set null (venue_id),
  constraint one_team_a_code unique (organization_id, sport_id, code),
  constraint code_is_short check (code ~ '^[^\s].{0,19}$'),
  constraint division_is_named check (length(btrim(division)) between 1 and 100)
);
comment on table public.teams is 'Who plays: a resource of kind team. Teams may share a venue.';
comment on column public.teams.venue_id is 'Where it plays at home.';
comment on column public.teams.name is 'The resource''s; like zone and active a copy kept equal by a trigger, for those who may not read resources.';
comment on column public.teams.active is 'False: retired. It joins no schedule; what is planned stays.';
comment on column public.teams.version is 'Counts the changes; the ETag. The resource of the same id has a stream of events, which counts more.';
comment on column public.teams.code is 'Short name, unique in its sport: how imports and printed schedules name it.';
create index teams_organization on public.teams (organization_id, created_at, id);
create index teams_sport on public.teams (organization_id, sport_id);
create index teams_venue on public.teams (organization_id, venue_id);

-- What every member may know of a team or venue is kept beside it: the resources themselves are for those with resources.read.
-- Of version: what a foreign key empties is no change of the resource, which may be gone already.
create function scheduling.copy_to_team() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select r.name, r.time_zone, r.active into strict new.name, new.time_zone, new.active from public.resources r where r.id = new.id;
  return new;
end $$;
comment on function scheduling.copy_to_team() is 'A team is written: what its resource says of it is copied.';
create trigger teams_copy_their_resource before insert or update of version on public.teams
  for each row execute function scheduling.copy_to_team();

create function scheduling.copy_to_venue() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  select r.name, r.time_zone, r.active, r.capacity, l.address, l.latitude, l.longitude
  into strict new.name, new.time_zone, new.active, new.games_at_once, new.address, new.latitude, new.longitude
  from public.resources r left join public.locations l on l.id = r.location_id where r.id = new.id;
  return new;
end $$;
comment on function scheduling.copy_to_venue() is 'A venue is written: what its resource and its location say of it is copied.';
create trigger venues_copy_their_resource before insert or update of version on public.venues
  for each row execute function scheduling.copy_to_venue();

create function scheduling.resource_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- The location before the venue, as who moves a location takes them; and it does not move until the venue has its copy.
  perform from public.locations l where l.id = new.location_id for share;
  update public.venues v set version = v.version + 1, updated_at = now() where v.id = new.id;
  update public.teams t set version = t.version + 1, updated_at = now() where t.id = new.id;
  return null;
end $$;
comment on function scheduling.resource_changed() is 'A resource changed: the team or venue that it is has changed.';
create trigger teams_and_venues_follow_their_resource after update on public.resources
  for each row when (new.kind in ('team', 'venue') and (old.name, old.time_zone, old.capacity, old.active, old.location_id)
    is distinct from (new.name, new.time_zone, new.capacity, new.active, new.location_id))
  execute function scheduling.resource_changed();

create function scheduling.location_changed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  update public.venues v set version = v.version + 1, updated_at = now()
  from public.resources r where r.location_id = new.id and v.id = r.id;
  return null;
end $$;
comment on function scheduling.location_changed() is 'A location moved: the venues at it have moved.';
create trigger venues_follow_their_location after update on public.locations
  for each row when ((old.address, old.latitude, old.longitude) is distinct from (new.address, new.latitude, new.longitude))
  execute function scheduling.location_changed();

create table public.tv_windows (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null,
  season_id uuid not null,
  name text not null,
  network text,
  plays_on date,
  weekday smallint,
  starts time not null,
  time_zone text not null,
  value numeric(14, 2) not null default 0,
  minimum_quality numeric not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (organization_id, id),
  constraint season_is_of_the_organization foreign key (organization_id, season_id)
    references public.seasons (organization_id, id) on delete cascade,
  constraint one_window_a_name unique (season_id, name),
  constraint has_a_name check (length(btrim(name)) between 1 and 200),
  constraint network_is_short check (length(network) <= 100),
  constraint on_a_day_or_every_week check ((plays_on is null) <> (weekday is null)),
  constraint iso_weekday check (weekday between 1 and 7),
  constraint known_time_zone check (core.is_time_zone(time_zone)),
  constraint value_is_no_debt check (value >= 0 and value < 'NaN'),
  constraint quality_is_a_share check (minimum_quality between 0 and 1)
);
comment on table public.tv_windows is 'A broadcaster''s window for one game: on one day, or on a weekday of each week of the season.';
comment on column public.tv_windows.value is 'What a game of quality 1 brings in it, in the organization''s currency.';
comment on column public.tv_windows.minimum_quality is 'The least quality of a match-up (0 to 1) that the broadcaster takes.';
create index tv_windows_organization on public.tv_windows (organization_id, created_at, id);
create index tv_windows_season on public.tv_windows (organization_id, season_id);

alter table public.sports enable row level security;
alter table public.seasons enable row level security;
alter table public.venues enable row level security;
alter table public.teams enable row level security;
alter table public.tv_windows enable row level security;
grant select on public.sports, public.seasons, public.venues, public.teams, public.tv_windows to authenticated, service_role;

create policy "members read their organization's sports" on public.sports
  for select to authenticated using (organization_id in (select core.my_organization_ids('organization.read')));
create policy "members read their organization's seasons" on public.seasons
  for select to authenticated using (organization_id in (select core.my_organization_ids('organization.read')));
create policy "members read their organization's venues" on public.venues
  for select to authenticated using (organization_id in (select core.my_organization_ids('organization.read')));
create policy "members read their organization's teams" on public.teams
  for select to authenticated using (organization_id in (select core.my_organization_ids('organization.read')));
create policy "schedulers read their organization's tv windows" on public.tv_windows
  for select to authenticated using (organization_id in (select core.my_organization_ids('schedules.read')));

insert into core.aggregate_types (aggregate_type, domain) values
  ('sport', 'schedules'), ('season', 'schedules'), ('venue', 'schedules'), ('team', 'schedules'), ('tv_window', 'schedules'),
  ('schedule', 'schedules'), ('game', 'schedules'), ('schedule_constraint', 'schedules'), ('optimization_run', 'schedules');
select core.register_queue('scheduling', 'scheduling');
