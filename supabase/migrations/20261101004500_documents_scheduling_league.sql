-- Scheduling, documents: a whole schedule as the optimizer and its judge read it, and what stands in the calendar for an edit.
-- One call each: the function that analyzes has no other way to the rows, and a check answers while someone drags a game.

create function scheduling.league_teams(schedule_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', t.id, 'name', t.name, 'code', t.code, 'division', s.division, 'venue_id', t.venue_id,
      'latitude', l.latitude, 'longitude', l.longitude, 'capacity', v.spectators)) order by t.code, t.id), '[]')
    from public.schedule_teams s
    join public.teams t on t.id = s.team_id
    left join public.venues v on v.id = t.venue_id
    left join public.resources r on r.id = coalesce(t.venue_id, t.id)
    left join public.locations l on l.id = r.location_id
    where s.schedule_id = league_teams.schedule_id);
end;
$$;
comment on function scheduling.league_teams(uuid) is 'The teams of a schedule by code, each with the place and the seats of its venue.';

create function scheduling.league_games(schedule_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
      'id', g.id, 'round', coalesce(g.round, r.number), 'plays_on', g.plays_on, 'starts_at', g.starts_at, 'ends_at', g.ends_at,
      'home_team_id', g.home_team_id, 'away_team_id', g.away_team_id, 'venue_id', g.venue_id, 'neutral', g.neutral,
      'tv_window_id', g.tv_window_id, 'status', g.status)) order by g.plays_on, g.id), '[]')
    from public.games g
    left join public.schedule_rounds r on r.schedule_id = g.schedule_id and r.plays_on = g.plays_on
    where g.schedule_id = league_games.schedule_id and g.status <> 'cancelled');
end;
$$;
comment on function scheduling.league_games(uuid) is 'The games of a schedule that are not cancelled, by day; those outside of the rounds are in the round of their day, if it has one.';

create function scheduling.league_rules(schedule_id uuid) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'type', c.type, 'name', c.name, 'params', c.params, 'hard', c.hard,
      'weight', c.weight) order by c.created_at, c.id), '[]')
    from public.schedule_constraints c
    where c.schedule_id = league_rules.schedule_id and c.active);
end;
$$;
comment on function scheduling.league_rules(uuid) is 'The constraints in force, in the order they were made.';

create function scheduling.league_document(schedule_id uuid, number integer default null) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  schedule public.schedules;
  games jsonb;
begin
  select s.* into schedule from public.schedules s where s.id = league_document.schedule_id;
  if number is null then
    perform scheduling.require_few_games(schedule_id);
    games := scheduling.league_games(schedule_id);
  else
    select v.games into games from public.schedule_versions v
    where v.schedule_id = league_document.schedule_id and v.number = league_document.number;
    if games is null then
      perform core.raise_error(404, 'not_found', 'The schedule has no such version.');
    end if;
  end if;
  return jsonb_build_object(
    'schedule', jsonb_build_object('id', schedule.id, 'organization_id', schedule.organization_id, 'version', schedule.version,
      'format', schedule.format, 'games_per_team', schedule.games_per_team, 'phased', schedule.phased, 'status', schedule.status),
    'teams', scheduling.league_teams(schedule_id),
    'rounds', (
      select coalesce(jsonb_agg(jsonb_build_object('number', r.number, 'date', r.plays_on, 'starts', r.starts) order by r.number), '[]')
      from public.schedule_rounds r where r.schedule_id = league_document.schedule_id),
    'matchups', (
      select coalesce(jsonb_agg(jsonb_build_object('home', m.home_team_id, 'away', m.away_team_id, 'games', m.games,
        'fixed', m.home_is_fixed) order by m.home_team_id, m.away_team_id), '[]')
      from public.schedule_matchups m where m.schedule_id = league_document.schedule_id),
    'games', games,
    'constraints', scheduling.league_rules(schedule_id),
    'windows', (
      select coalesce(jsonb_agg(jsonb_build_object('id', w.id, 'name', w.name, 'value', w.value, 'minimum_quality', w.minimum_quality,
        'date', w.plays_on, 'weekday', w.weekday) order by w.name), '[]')
      from public.tv_windows w where w.season_id = schedule.season_id and w.organization_id = schedule.organization_id));
end;
$$;
comment on function scheduling.league_document(uuid, integer) is
  'All that the optimizer is given of a schedule, or of one of its versions: {schedule, teams, rounds, matchups, games, constraints, windows}. PT422 too_many_games.';

create function scheduling.moved_game(schedule public.schedules, move jsonb) returns public.games
language plpgsql stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  game public.games;
  round public.schedule_rounds;
  old_round public.schedule_rounds;
  zone text;
  season public.seasons;
  lasts interval;
  wall_clock time;
begin
  select e.* into season from public.seasons e where e.id = schedule.season_id;
  select g.* into game from public.games g where g.schedule_id = schedule.id and g.id = core.uuid_or_null(move ->> 'game_id');
  if game.id is null then
    perform core.raise_error(422, 'invalid_input', 'The schedule has no such game.', '{"field": "game_id"}');
  end if;
  if move ? 'venue_id' then
    select v.id into game.venue_id from public.venues v
    where v.id = core.uuid_or_null(move ->> 'venue_id') and v.organization_id = schedule.organization_id;
  elsif (move ->> 'turned')::boolean and not game.neutral then
    select t.venue_id into game.venue_id from public.teams t where t.id = game.away_team_id;
  end if;
  lasts := coalesce(game.ends_at - game.starts_at, (
    select make_interval(mins => s.game_minutes) from public.sports s where s.id = season.sport_id));
  select r.time_zone into zone from public.resources r where r.id = coalesce(game.venue_id, game.home_team_id);
  select r.* into old_round from public.schedule_rounds r where r.schedule_id = schedule.id and r.number = game.round;
  if move ? 'round' then
    select r.* into round from public.schedule_rounds r where r.schedule_id = schedule.id and r.number = (move ->> 'round')::integer;
    -- The same wall clock on the other day; one that started with its old round starts with its new one.
    wall_clock := (game.starts_at at time zone zone)::time;
    if wall_clock is null or wall_clock = old_round.starts then
      wall_clock := round.starts;
    end if;
    game.round := round.number;
    game.plays_on := coalesce(round.plays_on, game.plays_on);
    game.starts_at := (game.plays_on + wall_clock) at time zone zone;
  end if;
  game.starts_at := coalesce((move ->> 'starts_at')::timestamptz, game.starts_at);
  -- Hours are worked out day by day from the first of the moves to the last.
  if game.starts_at not between season.starts_on - 7 and season.ends_on + 8 then
    perform core.raise_error(422, 'invalid_input', 'A game starts within its season.', '{"field": "starts_at"}');
  end if;
  game.ends_at := game.starts_at + lasts;
  return game;
end;
$$;
comment on function scheduling.moved_game(public.schedules, jsonb) is
  'A game {game_id} as it would stand in another round, at another starts_at or venue_id, or turned. Nothing is written. PT422.';

create function scheduling.check_calendar(schedule public.schedules, moves jsonb) returns jsonb
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  moved public.games[] := array(select scheduling.moved_game(schedule, m) from jsonb_array_elements(moves) m);
  wanted calendar.wanted[];
begin
  select array_agg(row(g.id, r.id,
    tstzrange(g.starts_at - make_interval(mins => s.setup_minutes), g.ends_at + make_interval(mins => s.teardown_minutes)),
    tstzrange(g.starts_at, g.ends_at))::calendar.wanted)
  into wanted
  from unnest(moved) g
  join public.seasons e on e.id = schedule.season_id
  join public.sports s on s.id = e.sport_id
  cross join lateral unnest(array[g.home_team_id, g.away_team_id, g.venue_id]) r (id)
  where g.starts_at is not null and r.id is not null;
  return (
    select jsonb_agg(jsonb_build_object('game_id', g.id, 'starts_at', g.starts_at, 'ends_at', g.ends_at, 'venue_id', g.venue_id,
      'conflicts', coalesce(o.conflicts, '[]')) order by g.n)
    from (select u.*, row_number() over () as n from unnest(moved) u) g
    left join lateral (
      select jsonb_agg(jsonb_build_object('resource_id', r.id, 'resource_name', r.name, 'kind', f.kind, 'starts_at', lower(f.during),
        'ends_at', upper(f.during)) order by lower(f.during), r.name) as conflicts
      from (
        select c.* from calendar.closures(wanted) c where c.owner_id = g.id
        union all
        -- Games of the same edit leave their place to one another; and who takes one of several seats is in nobody's way.
        select c.* from calendar.claims_in_the_way(wanted) c
        where c.owner_id = g.id and c.other_owner_id <> all (array(select m.id from unnest(moved) m))
          and (select count(*) from calendar.claims_in_the_way(wanted) o where o.owner_id = g.id and o.resource_id = c.resource_id)
            >= (select r.capacity from public.resources r where r.id = c.resource_id)
      ) f
      join public.resources r on r.id = f.resource_id
    ) o on true);
end;
$$;
comment on function scheduling.check_calendar(public.schedules, jsonb) is
  'What stands in the calendar against games at other times: [{game_id, starts_at, ends_at, venue_id, conflicts: [{resource_id, resource_name, kind, starts_at, ends_at}]}], one a move; never whose it is.';

create function scheduling.read_league(schedule_id uuid, number integer, known_version bigint, moves jsonb) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.read');
begin
  if moves is not null then
    perform core.require_array(moves, 'moves', 20);
  end if;
  return jsonb_build_object('version', schedule.version,
    'league', case when number is not null or known_version is distinct from schedule.version
      then scheduling.league_document(schedule_id, number) end,
    'calendar', case when moves is not null then scheduling.check_calendar(schedule, moves) end);
end;
$$;
comment on function scheduling.read_league(uuid, integer, bigint, jsonb) is 'See public.read_league.';
grant execute on function scheduling.read_league(uuid, integer, bigint, jsonb) to authenticated, service_role;

create function public.read_league(
  schedule_id uuid,
  number integer default null,
  known_version bigint default null,
  moves jsonb default null
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.read_league(schedule_id, number, known_version, moves) $$;
comment on function public.read_league(uuid, integer, bigint, jsonb) is
  'All that a schedule (or its version `number`) is judged by: {version, league, calendar}. `league` is null for who has `known_version` already; `calendar` says of each of `moves` [{game_id, round, starts_at, venue_id, turned}] what stands in its way. Needs schedules.read.';
grant execute on function public.read_league(uuid, integer, bigint, jsonb) to authenticated, service_role;
