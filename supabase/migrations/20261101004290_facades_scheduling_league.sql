-- What a client can call of sports, seasons, TV windows, venues, teams and schedules. All but get_schedule need schedules.manage; an
-- expected_version that is not the thing's version any more is PT409 version_conflict.

create function public.create_sport(organization_id uuid, sport jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.create_sport(organization_id, sport, idempotency_key) $$;
comment on function public.create_sport(uuid, jsonb, text) is
  'Adds a sport: {name, game_minutes, setup_minutes, teardown_minutes}, 150 minutes without buffers unless said. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.create_sport(uuid, jsonb, text) to authenticated, service_role;

create function public.update_sport(sport_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_sport(sport_id, changes, expected_version) $$;
comment on function public.update_sport(uuid, jsonb, bigint) is
  'Changes the fields of a sport that are named. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.update_sport(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_sport(sport_id uuid, expected_version bigint default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_sport(sport_id, expected_version) $$;
comment on function public.delete_sport(uuid, bigint) is
  'Deletes a sport without seasons and teams. Needs schedules.manage. PT409 in_use {seasons, teams}.';
grant execute on function public.delete_sport(uuid, bigint) to authenticated, service_role;

create function public.create_season(sport_id uuid, season jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.create_season(sport_id, season, idempotency_key) $$;
comment on function public.create_season(uuid, jsonb, text) is
  'Adds a season of a sport: {name, starts_on, ends_on}, both days included. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.create_season(uuid, jsonb, text) to authenticated, service_role;

create function public.update_season(season_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_season(season_id, changes, expected_version) $$;
comment on function public.update_season(uuid, jsonb, bigint) is
  'Changes name or days of a season. Needs schedules.manage. PT409 name_taken, in_use {plays_on} where a round, game or TV window is outside of the new days. Returns it.';
grant execute on function public.update_season(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_season(season_id uuid, expected_version bigint default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_season(season_id, expected_version) $$;
comment on function public.delete_season(uuid, bigint) is
  'Deletes a season without schedules, with its TV windows. Needs schedules.manage. PT409 in_use {schedules}.';
grant execute on function public.delete_season(uuid, bigint) to authenticated, service_role;

create function public.create_tv_window(season_id uuid, tv_window jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.create_tv_window(season_id, tv_window, idempotency_key) $$;
comment on function public.create_tv_window(uuid, jsonb, text) is
  'Adds a TV window of a season: {name, starts, time_zone, plays_on or weekday, network, value, minimum_quality}. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.create_tv_window(uuid, jsonb, text) to authenticated, service_role;

create function public.update_tv_window(tv_window_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_tv_window(tv_window_id, changes, expected_version) $$;
comment on function public.update_tv_window(uuid, jsonb, bigint) is
  'Changes the fields of a TV window that are named; plays_on and weekday replace each other. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.update_tv_window(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_tv_window(tv_window_id uuid, expected_version bigint default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_tv_window(tv_window_id, expected_version) $$;
comment on function public.delete_tv_window(uuid, bigint) is
  'Deletes a TV window in which no game is shown. Needs schedules.manage. PT409 in_use {games}.';
grant execute on function public.delete_tv_window(uuid, bigint) to authenticated, service_role;

create function public.create_venue(organization_id uuid, venue jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.create_venue(organization_id, venue, idempotency_key) $$;
comment on function public.create_venue(uuid, jsonb, text) is
  'Adds a venue, a resource of the calendar: {name, code, spectators, games_at_once, time_zone, and location_id or address, latitude, longitude}, or {resource_id, code, spectators} of a resource of kind venue that there is. Needs schedules.manage. PT409 name_taken. Returns it; its id is the resources.';
grant execute on function public.create_venue(uuid, jsonb, text) to authenticated, service_role;

create function public.update_venue(venue_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_venue(venue_id, changes, expected_version) $$;
comment on function public.update_venue(uuid, jsonb, bigint) is
  'Changes the fields of a venue that are named; active false retires it. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.update_venue(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_venue(venue_id uuid, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_venue(venue_id, expected_version) $$;
comment on function public.delete_venue(uuid, bigint) is
  'Deletes a venue, or retires it where teams are at home or games are planned. A resource that is booked for anything else remains. Needs schedules.manage. PT409 in_use {services} where it would be retired under services. Returns {id, outcome: deleted or retired}.';
grant execute on function public.delete_venue(uuid, bigint) to authenticated, service_role;

create function public.create_team(sport_id uuid, team jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.create_team(sport_id, team, idempotency_key) $$;
comment on function public.create_team(uuid, jsonb, text) is
  'Adds a team of a sport, a resource of the calendar: {name, code, division, venue_id, time_zone}. Needs schedules.manage. PT409 name_taken. Returns it; its id is the resources.';
grant execute on function public.create_team(uuid, jsonb, text) to authenticated, service_role;

create function public.update_team(team_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_team(team_id, changes, expected_version) $$;
comment on function public.update_team(uuid, jsonb, bigint) is
  'Changes the fields of a team that are named; active false retires it. Needs schedules.manage. PT409 name_taken. Returns it.';
grant execute on function public.update_team(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_team(team_id uuid, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_team(team_id, expected_version) $$;
comment on function public.delete_team(uuid, bigint) is
  'Deletes a team, or retires it where a schedule or a game has it. Needs schedules.manage. Returns {id, outcome: deleted or retired}.';
grant execute on function public.delete_team(uuid, bigint) to authenticated, service_role;

create function public.create_schedule(season_id uuid, schedule jsonb, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.create_schedule(season_id, schedule, idempotency_key) $$;
comment on function public.create_schedule(uuid, jsonb, text) is
  'Drafts a schedule of a season: {name, format, games_per_team, phased, teams, rounds, matchups}. teams: ids or [{team_id, division}], all of the sport unless given. rounds: days or [{plays_on, starts}], or {from, until, weekdays or every_days, count, starts, except}. matchups: [{home_team_id, away_team_id, games, home_is_fixed}]. Needs schedules.manage. Returns it with rounds, teams and match-ups.';
grant execute on function public.create_schedule(uuid, jsonb, text) to authenticated, service_role;

create function public.update_schedule(schedule_id uuid, changes jsonb, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.update_schedule(schedule_id, changes, expected_version) $$;
comment on function public.update_schedule(uuid, jsonb, bigint) is
  'Changes the fields of a schedule that are named; of a published one only the name. Needs schedules.manage. PT409 schedule_published, schedule_archived, round_has_games {rounds}, team_has_games {team_ids}. Returns it.';
grant execute on function public.update_schedule(uuid, jsonb, bigint) to authenticated, service_role;

create function public.delete_schedule(schedule_id uuid, expected_version bigint default null) returns void
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.delete_schedule(schedule_id, expected_version) $$;
comment on function public.delete_schedule(uuid, bigint) is
  'Deletes a draft with its games, constraints, runs and versions. Needs schedules.manage. PT409 schedule_published, schedule_archived.';
grant execute on function public.delete_schedule(uuid, bigint) to authenticated, service_role;

create function public.archive_schedule(schedule_id uuid, expected_version bigint default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.archive_schedule(schedule_id, expected_version) $$;
comment on function public.archive_schedule(uuid, bigint) is
  'Ends a schedule: it can be read and changes no more. Twice is once. Needs schedules.manage. PT409 games_to_come {games}. Returns it.';
grant execute on function public.archive_schedule(uuid, bigint) to authenticated, service_role;

create function public.copy_schedule(schedule_id uuid, name text, idempotency_key text default null) returns jsonb
language sql volatile security invoker
set search_path = ''
as $$ select scheduling.copy_schedule(schedule_id, name, idempotency_key) $$;
comment on function public.copy_schedule(uuid, text, text) is
  'Drafts a schedule like another one of any status: its rounds, teams, match-ups, constraints, and games that are not cancelled, none of them played. Needs schedules.manage. Returns it.';
grant execute on function public.copy_schedule(uuid, text, text) to authenticated, service_role;

create function public.get_schedule(schedule_id uuid) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select scheduling.read_schedule(schedule_id) $$;
comment on function public.get_schedule(uuid) is
  'A schedule with its rounds, teams and match-ups. Drafts need schedules.read. PT404.';
grant execute on function public.get_schedule(uuid) to authenticated, service_role;
