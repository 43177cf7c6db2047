-- Games for the league of leagues.sql: as a caller says them, placed, published, looked at.

create schema if not exists tests;

-- A game as place_games takes it; `more` adds to it.
create or replace function tests.pairing(home text, away text, round int default null, more jsonb default '{}') returns jsonb
language sql stable security definer
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object('home_team_id', tests.team_id(home), 'away_team_id', tests.team_id(away), 'round', round)) || more
$$;

-- The first three rounds of four teams: each pair once.
create or replace function tests.three_rounds() returns jsonb
language sql stable
set search_path = ''
as $$
  select jsonb_build_array(
    tests.pairing('Ames', 'Boise', 1), tests.pairing('Cody', 'Dover', 1), tests.pairing('Ames', 'Cody', 2),
    tests.pairing('Dover', 'Boise', 2), tests.pairing('Dover', 'Ames', 3), tests.pairing('Boise', 'Cody', 3))
$$;

-- Makes a draft's games those of a list, by its manager.
create or replace function tests.put_games(games jsonb default null, schedule text default 'Draft') returns void
language sql volatile
set search_path = ''
as $$
  select tests.value_as('desk', format('select public.put_games(%L, %L)', tests.schedule_id(schedule), coalesce(games, tests.three_rounds())))
$$;

-- A league, a draft with the first three rounds; published if wished.
create or replace function tests.create_season_of_games(published boolean default false) returns uuid
language plpgsql volatile
set search_path = ''
as $$
begin
  perform tests.create_league();
  perform tests.create_schedule('Draft');
  perform tests.put_games();
  if published then
    perform tests.value_as('desk', format('select public.publish_schedule(%L)', tests.schedule_id('Draft')));
  end if;
  return tests.schedule_id('Draft');
end;
$$;

create or replace function tests.game(home text, away text, schedule text default 'Draft') returns public.games
language sql stable security definer
set search_path = ''
as $$
  select g from public.games g
  where g.schedule_id = tests.schedule_id(schedule) and g.home_team_id = tests.team_id(home) and g.away_team_id = tests.team_id(away)
  order by g.plays_on limit 1
$$;

create or replace function tests.game_id(home text, away text, schedule text default 'Draft') returns uuid
language sql stable security definer
set search_path = ''
as $$ select (tests.game(home, away, schedule)).id $$;

-- How many claims games hold.
create or replace function tests.game_claims() returns int
language sql stable security definer
set search_path = ''
as $$ select count(*)::int from calendar.claims c where c.kind = 'game' $$;

-- An instant at Chicago's wall clock.
create or replace function tests.chicago(at timestamp) returns timestamptz
language sql stable
set search_path = ''
as $$ select at at time zone 'America/Chicago' $$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
