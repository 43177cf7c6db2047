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
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made public.sports;
begin
  insert into public.sports (organization_id, name, game_minutes) values (tests.organization_id(slug), create_sport.name, 120)
  returning * into made;
  perform core.append_event(made.organization_id, 'sport', made.id, 'sport.created', '{}');
  return made.id;
end;
$$;

create or replace function tests.create_season(name text default '2029', sport text default 'Basketball') returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made public.seasons;
begin
  insert into public.seasons (organization_id, sport_id, name, starts_on, ends_on)
  select s.organization_id, s.id, create_season.name, '2029-01-01', '2029-12-31' from public.sports s where s.id = tests.sport_id(sport)
  returning * into made;
  perform core.append_event(made.organization_id, 'season', made.id, 'season.created', '{}');
  return made.id;
end;
$$;

-- Always open; its code is its first two letters in capitals and the number of venues so far.
create or replace function tests.create_venue(
  name text, latitude float8 default 42, longitude float8 default -93, games_at_once int default 1, slug text default 'conference'
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  org uuid := tests.organization_id(slug);
  place uuid := tests.value_as(null, format('select public.create_location(%L, %L, %L, null, %s, %s) ->> %L',
    org, name, 'America/Chicago', latitude, longitude, 'id'));
  made uuid := tests.value_as(null, format('select public.create_resource(%L, %L, %L, %L, %s, null, %L, %L) ->> %L',
    org, 'venue', name, 'America/Chicago', games_at_once, '{}', place, 'id'));
begin
  insert into public.venues (id, organization_id, name, code, spectators)
  select made, org, create_venue.name, upper(left(create_venue.name, 2)) || count(*), 10000
  from public.venues v where v.organization_id = org;
  perform core.append_event(org, 'venue', made, 'venue.created', '{}');
  return made;
end;
$$;

-- Its code is its name in capitals.
create or replace function tests.create_team(
  name text, venue text default null, division text default null, sport text default 'Basketball', slug text default 'conference'
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  org uuid := tests.organization_id(slug);
  made uuid := tests.value_as(null, format('select public.create_resource(%L, %L, %L, %L) ->> %L',
    org, 'team', name, 'America/Chicago', 'id'));
begin
  insert into public.teams (id, organization_id, sport_id, venue_id, name, code, division)
  values (made, org, tests.sport_id(sport), tests.venue_id(venue), create_team.name, upper(create_team.name), create_team.division);
  perform core.append_event(org, 'team', made, 'team.created', '{}');
  return made;
end;
$$;

-- A draft; without teams, all of the season's sport play in it.
create or replace function tests.create_schedule(
  name text default 'Draft', format text default 'double_round_robin', rounds int default 6, teams text[] default null,
  season text default '2029'
) returns uuid
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  made public.schedules;
begin
  insert into public.schedules (organization_id, season_id, name, format)
  select s.organization_id, s.id, create_schedule.name, create_schedule.format from public.seasons s where s.id = tests.season_id(season)
  returning * into made;
  insert into public.schedule_rounds (schedule_id, number, organization_id, plays_on, starts)
  select made.id, n, made.organization_id, tests.round_day(n), '19:00' from generate_series(1, rounds) n;
  insert into public.schedule_teams (schedule_id, team_id, organization_id, division)
  select made.id, t.id, t.organization_id, t.division from public.teams t, public.seasons s
  where s.id = made.season_id and t.sport_id = s.sport_id and (teams is null or t.name = any (teams));
  perform core.append_event(made.organization_id, 'schedule', made.id, 'schedule.created', '{"status": "draft"}');
  return made.id;
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
