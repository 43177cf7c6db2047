-- A small league: a conference with its office, four teams at their arenas, a season, and schedules with weekly rounds.
--
--   select tests.create_league();                          -- owner, desk (scheduler), viewer, customer; `outsider` owns another
--   select tests.create_schedule('Draft', rounds => 6);    -- a draft of all teams: a round each Saturday from 2029-01-06, at 19:00
--   select tests.team_id('Ames'), tests.venue_id('Ames Arena'), tests.schedule_id('Draft'), tests.round_day(1);

create schema if not exists tests;

create or replace function tests.sport_id(name text default 'Basketball') returns uuid
language sql stable security definer
set search_path = ''
as $$ select s.id from public.sports s where s.name = sport_id.name $$;

create or replace function tests.season_id(name text default '2029') returns uuid
language sql stable security definer
set search_path = ''
as $$ select s.id from public.seasons s where s.name = season_id.name $$;

create or replace function tests.venue_id(name text) returns uuid
language sql stable security definer
set search_path = ''
as $$ select v.id from public.venues v where v.name = venue_id.name $$;

create or replace function tests.team_id(name text) returns uuid
language sql stable security definer
set search_path = ''
as $$ select t.id from public.teams t where t.name = team_id.name $$;

create or replace function tests.schedule_id(name text default 'Draft') returns uuid
language sql stable security definer
set search_path = ''
as $$ select s.id from public.schedules s where s.name = schedule_id.name $$;

-- The day of a round: Saturdays.
create or replace function tests.round_day(number int) returns date
language sql immutable
set search_path = ''
as $$ select date '2029-01-06' + 7 * (number - 1) $$;

create or replace function tests.create_sport(name text default 'Basketball', slug text default 'conference') returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  return tests.value_as(null, format('select public.create_sport(%L, %L) ->> %L',
    tests.organization_id(slug), jsonb_build_object('name', name, 'game_minutes', 120), 'id'))::uuid;
end;
$$;

create or replace function tests.create_season(name text default '2029', sport text default 'Basketball') returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  return tests.value_as(null, format('select public.create_season(%L, %L) ->> %L',
    tests.sport_id(sport), jsonb_build_object('name', name, 'starts_on', '2029-01-01', 'ends_on', '2029-12-31'), 'id'))::uuid;
end;
$$;

-- In Chicago's zone; it takes 10,000 to watch.
create or replace function tests.create_venue(
  name text, latitude float8 default 42, longitude float8 default -93, games_at_once int default 1, slug text default 'conference'
) returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  return tests.value_as(null, format('select public.create_venue(%L, %L) ->> %L', tests.organization_id(slug), jsonb_build_object(
    'name', name, 'time_zone', 'America/Chicago', 'latitude', latitude, 'longitude', longitude, 'games_at_once', games_at_once,
    'spectators', 10000), 'id'))::uuid;
end;
$$;

-- Its code is its name in capitals.
create or replace function tests.create_team(
  name text, venue text default null, division text default null, sport text default 'Basketball'
) returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  return tests.value_as(null, format('select public.create_team(%L, %L) ->> %L', tests.sport_id(sport), jsonb_build_object(
    'name', name, 'code', upper(name), 'division', division, 'venue_id', tests.venue_id(venue), 'time_zone', 'America/Chicago'), 'id'))::uuid;
end;
$$;

-- A draft; without teams, all of the season's sport play in it.
create or replace function tests.create_schedule(
  name text default 'Draft', format text default 'double_round_robin', rounds int default 6, teams text[] default null,
  season text default '2029', more jsonb default '{}'
) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  schedule jsonb := jsonb_build_object('name', name, 'format', format) || more;
begin
  if rounds > 0 then
    schedule := schedule || jsonb_build_object('rounds',
      jsonb_build_object('from', tests.round_day(1), 'every_days', 7, 'count', rounds, 'starts', '19:00'));
  end if;
  if teams is not null then
    schedule := schedule || jsonb_build_object('teams', (select jsonb_agg(tests.team_id(t)) from unnest(teams) t));
  end if;
  return tests.value_as(null, format('select public.create_schedule(%L, %L) ->> %L', tests.season_id(season), schedule, 'id'));
end;
$$;

-- Basketball, its season 2029, and Ames, Boise, Cody and Dover, each at its own arena ("Ames Arena"), two in each division.
create or replace function tests.create_league() returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  id uuid := tests.create_organization('conference', 'owner');
begin
  perform tests.create_organization('elsewhere', 'outsider');
  perform tests.create_member('desk', 'scheduler', 'conference'), tests.create_member('viewer', 'viewer', 'conference'),
    tests.create_member('customer', 'customer', 'conference');
  perform tests.create_sport(), tests.create_season();
  perform tests.create_venue('Ames Arena', 42.03, -93.62), tests.create_venue('Boise Arena', 43.62, -116.20),
    tests.create_venue('Cody Arena', 44.53, -109.06), tests.create_venue('Dover Arena', 39.16, -75.52);
  perform tests.create_team('Ames', 'Ames Arena', 'East'), tests.create_team('Boise', 'Boise Arena', 'West'),
    tests.create_team('Cody', 'Cody Arena', 'West'), tests.create_team('Dover', 'Dover Arena', 'East');
  return id;
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
