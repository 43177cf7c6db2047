-- Scheduling: the rounds, teams and match-ups of a schedule, as commands write them. Their callers hold the schedule's lock.
--
-- A round is known by its day: rounds that stay keep their games, which get its new number; one with games is not removed.

create function scheduling.days_of(season public.seasons, plan jsonb) returns date[]
language plpgsql stable
set search_path = ''
as $$
declare
  first_day date := coalesce((plan ->> 'from')::date, season.starts_on);
  last_day date := coalesce((plan ->> 'until')::date, season.ends_on);
  every_days int := plan ->> 'every_days';
  most int := plan ->> 'count';
  weekdays int[];
  left_out date[];
  days date[];
begin
  perform core.refuse_unknown_keys(plan, array['from', 'until', 'weekdays', 'every_days', 'count', 'starts', 'except']);
  perform core.require_array(coalesce(nullif(plan -> 'weekdays', 'null'), '[]'), 'rounds.weekdays', 7);
  perform core.require_array(coalesce(nullif(plan -> 'except', 'null'), '[]'), 'rounds.except', 1000);
  weekdays := array(select jsonb_array_elements_text(nullif(plan -> 'weekdays', 'null'))::int);
  left_out := array(select jsonb_array_elements_text(nullif(plan -> 'except', 'null'))::date);
  if (plan ->> 'weekdays' is null) = (every_days is null) then
    perform core.raise_error(422, 'invalid_input', 'Rounds are on weekdays of the window, or every so many days from its first.', '{"field": "rounds"}');
  elsif every_days not between 1 and 366 or most not between 1 and 1000 or not weekdays <@ '{1,2,3,4,5,6,7}' then
    perform core.raise_error(422, 'invalid_input', 'Rounds are 1 to 366 days apart, at most 1,000, on ISO weekdays 1 to 7.', '{"field": "rounds"}');
  elsif first_day < season.starts_on or last_day > season.ends_on then
    perform core.raise_error(422, 'invalid_input', 'The window is within the season.', '{"field": "rounds"}');
  end if;
  days := array(
    select d::date from generate_series(first_day::timestamp, last_day, make_interval(days => coalesce(every_days, 1))) d
    where (every_days is not null or extract(isodow from d)::int = any (weekdays)) and d::date <> all (left_out)
    order by d limit most);
  if cardinality(days) < most then
    perform core.raise_error(422, 'invalid_input', format('Only %s such days are in the window.', cardinality(days)),
      jsonb_build_object('field', 'rounds', 'days', cardinality(days)));
  end if;
  return days;
end;
$$;
comment on function scheduling.days_of(public.seasons, jsonb) is
  'The days of {from, until, weekdays | every_days, count, except}; without from and until those of the season. PT422.';

create function scheduling.set_rounds(schedule public.schedules, season public.seasons, rounds jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  planned jsonb;
  busy jsonb;
begin
  if jsonb_typeof(rounds) = 'object' then
    select jsonb_agg(jsonb_build_object('plays_on', d, 'starts', rounds -> 'starts')) into planned
    from unnest(scheduling.days_of(season, rounds)) d;
  else
    perform core.require_array(rounds, 'rounds', 1000);
    select jsonb_agg(case jsonb_typeof(r) when 'string' then jsonb_build_object('plays_on', r) else r end) into planned
    from jsonb_array_elements(rounds) r;
    perform core.refuse_unknown_keys(r, array['number', 'plays_on', 'starts']) from jsonb_array_elements(planned) r;
  end if;
  planned := coalesce(planned, '[]');
  if exists (
    select from jsonb_to_recordset(planned) p(plays_on date, starts time)
    where (p.plays_on between season.starts_on and season.ends_on) is not true or p.starts = time '24:00'
  ) then
    perform core.raise_error(422, 'invalid_input', 'Each round is on a day of the season.', '{"field": "rounds"}');
  elsif jsonb_array_length(planned) > 1000 or exists (
    select from jsonb_to_recordset(planned) p(plays_on date) group by p.plays_on having count(*) > 1
  ) then
    perform core.raise_error(422, 'invalid_input', 'A schedule has at most 1,000 rounds, one a day.', '{"field": "rounds"}');
  end if;
  select jsonb_agg(distinct jsonb_build_object('number', r.number, 'plays_on', r.plays_on)) into busy
  from public.schedule_rounds r
  where r.schedule_id = schedule.id
    and not exists (select from jsonb_to_recordset(planned) p(plays_on date) where p.plays_on = r.plays_on)
    and exists (select from public.games g where g.schedule_id = r.schedule_id and g.round = r.number);
  if busy is not null then
    perform core.raise_error(409, 'round_has_games', 'A round with games cannot be removed or get another day: move its games first.',
      jsonb_build_object('rounds', busy));
  end if;
  perform scheduling.replace_rounds(schedule, planned);
end;
$$;
comment on function scheduling.set_rounds(public.schedules, public.seasons, jsonb) is
  'Replaces the rounds: days or [{plays_on, starts}], or a plan as for days_of. PT422; PT409 round_has_games {rounds}.';

create function scheduling.replace_rounds(schedule public.schedules, planned jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  with numbered as (
    select p.plays_on, row_number() over (order by p.plays_on)::int as number from jsonb_to_recordset(planned) p(plays_on date))
  update public.games g set round = n.number, version = g.version + 1, updated_at = now()
  from public.schedule_rounds r
  join numbered n on n.plays_on = r.plays_on
  where r.schedule_id = schedule.id and g.schedule_id = schedule.id and g.round = r.number and n.number <> r.number;
  delete from public.schedule_rounds r where r.schedule_id = schedule.id;
  insert into public.schedule_rounds (schedule_id, number, organization_id, plays_on, starts)
  select schedule.id, row_number() over (order by p.plays_on), schedule.organization_id, p.plays_on, p.starts
  from jsonb_to_recordset(planned) p(plays_on date, starts time);
end;
$$;
comment on function scheduling.replace_rounds(public.schedules, jsonb) is 'Writes [{plays_on, starts}] as the rounds; games follow the day of their round.';

create function scheduling.set_teams(schedule public.schedules, season public.seasons, teams jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  wanted jsonb;
  wrong uuid[];
begin
  perform core.require_array(teams, 'teams', 500);
  select coalesce(jsonb_agg(case jsonb_typeof(t) when 'string' then jsonb_build_object('team_id', t) else t end), '[]') into wanted
  from jsonb_array_elements(teams) t;
  perform core.refuse_unknown_keys(t, array['team_id', 'division']) from jsonb_array_elements(wanted) t;
  if exists (select from jsonb_to_recordset(wanted) w(team_id uuid) group by w.team_id having count(*) > 1 or w.team_id is null) then
    perform core.raise_error(422, 'invalid_input', 'Each team is named once.', '{"field": "teams"}');
  end if;
  -- Locked in one order, so that nobody deletes or retires them meanwhile.
  perform from public.teams t
  where t.organization_id = schedule.organization_id and t.id in (select w.team_id from jsonb_to_recordset(wanted) w(team_id uuid))
  order by t.id for share;
  select array_agg(w.team_id) into wrong
  from jsonb_to_recordset(wanted) w(team_id uuid)
  left join public.teams t on t.id = w.team_id and t.organization_id = schedule.organization_id and t.sport_id = season.sport_id
  where t.id is null or not t.active
    and not exists (select from public.schedule_teams s where s.schedule_id = schedule.id and s.team_id = t.id);
  if wrong is not null then
    perform core.raise_error(422, 'invalid_input', 'Only teams of the season''s sport that are not retired can play.',
      jsonb_build_object('field', 'teams', 'team_ids', wrong));
  end if;
  select array_agg(s.team_id) into wrong
  from public.schedule_teams s
  where s.schedule_id = schedule.id
    and s.team_id not in (select w.team_id from jsonb_to_recordset(wanted) w(team_id uuid))
    and exists (select from public.games g where g.schedule_id = schedule.id and s.team_id in (g.home_team_id, g.away_team_id));
  if wrong is not null then
    perform core.raise_error(409, 'team_has_games', 'A team with games cannot be taken out of the schedule: delete its games first.',
      jsonb_build_object('team_ids', wrong));
  end if;
  delete from public.schedule_teams s
  where s.schedule_id = schedule.id and s.team_id not in (select w.team_id from jsonb_to_recordset(wanted) w(team_id uuid));
  insert into public.schedule_teams (schedule_id, team_id, organization_id, division)
  select schedule.id, t.id, schedule.organization_id, case when w.entry ? 'division' then w.entry ->> 'division' else t.division end
  from jsonb_array_elements(wanted) w(entry)
  join public.teams t on t.id = (w.entry ->> 'team_id')::uuid
  on conflict on constraint schedule_teams_pkey do update set division = excluded.division;
end;
$$;
comment on function scheduling.set_teams(public.schedules, public.seasons, jsonb) is
  'Replaces the teams: ids or [{team_id, division}]; without division the team''s own. Match-ups of those left out go. PT422; PT409 team_has_games {team_ids}.';

create function scheduling.set_matchups(schedule public.schedules, matchups jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  perform core.require_array(matchups, 'matchups', 20000);
  perform core.refuse_unknown_keys(m, array['home_team_id', 'away_team_id', 'games', 'home_is_fixed']) from jsonb_array_elements(matchups) m;
  if schedule.format not in ('partial_round_robin', 'custom') and matchups <> '[]' then
    perform core.raise_error(422, 'invalid_input', 'The format says who meets whom: only partial_round_robin and custom have match-ups.',
      '{"field": "matchups"}');
  elsif exists (
    select from jsonb_to_recordset(matchups) m(home_team_id uuid, away_team_id uuid)
    where m.home_team_id is not distinct from m.away_team_id
      or not exists (select from public.schedule_teams t where t.schedule_id = schedule.id and t.team_id = m.home_team_id)
      or not exists (select from public.schedule_teams t where t.schedule_id = schedule.id and t.team_id = m.away_team_id)
  ) then
    perform core.raise_error(422, 'invalid_input', 'A match-up is between two teams of the schedule.', '{"field": "matchups"}');
  elsif exists (
    select from jsonb_to_recordset(matchups) m(home_team_id uuid, away_team_id uuid) group by m.home_team_id, m.away_team_id having count(*) > 1
  ) then
    perform core.raise_error(422, 'invalid_input', 'A match-up is named once: say by games how often they meet.', '{"field": "matchups"}');
  end if;
  delete from public.schedule_matchups m where m.schedule_id = schedule.id;
  insert into public.schedule_matchups (schedule_id, home_team_id, away_team_id, organization_id, games, home_is_fixed)
  select schedule.id, m.home_team_id, m.away_team_id, schedule.organization_id, coalesce(m.games, 1), coalesce(m.home_is_fixed, false)
  from jsonb_to_recordset(matchups) m(home_team_id uuid, away_team_id uuid, games int, home_is_fixed boolean);
end;
$$;
comment on function scheduling.set_matchups(public.schedules, jsonb) is
  'Replaces the match-ups: [{home_team_id, away_team_id, games, home_is_fixed}]. PT422.';

create function scheduling.games_of_a_team(schedule public.schedules) returns int
language plpgsql stable
set search_path = ''
as $$
declare
  teams int := (select count(*) from public.schedule_teams t where t.schedule_id = schedule.id);
begin
  return case schedule.format
    when 'single_round_robin' then greatest(teams - 1, 0)
    when 'double_round_robin' then greatest(2 * (teams - 1), 0)
    else coalesce(schedule.games_per_team, (
      select max(n.games)::int from (
        select sum(m.games) as games from (
          select x.home_team_id as team_id, x.games from public.schedule_matchups x where x.schedule_id = schedule.id
          union all
          select x.away_team_id, x.games from public.schedule_matchups x where x.schedule_id = schedule.id) m
        group by m.team_id) n), 0)
  end;
end;
$$;
comment on function scheduling.games_of_a_team(public.schedules) is 'How many games the team that plays most has to play.';

create function scheduling.check_schedule(schedule public.schedules) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  teams int := (select count(*) from public.schedule_teams t where t.schedule_id = schedule.id);
  rounds int := (select count(*) from public.schedule_rounds r where r.schedule_id = schedule.id);
  games int := scheduling.games_of_a_team(schedule);
  needed int := games;
begin
  if schedule.games_per_team is not null then
    if exists (select from public.schedule_matchups m where m.schedule_id = schedule.id) then
      perform core.raise_error(422, 'invalid_input', 'Give the match-ups or how many games a team plays, not both.', '{"field": "games_per_team"}');
    elsif teams * schedule.games_per_team % 2 = 1 then
      perform core.raise_error(422, 'invalid_input', 'An odd number of teams cannot play an odd number of games each.', '{"field": "games_per_team"}');
    end if;
  end if;
  -- With an odd number of teams one sits out each round.
  if teams % 2 = 1 and teams > 1 and schedule.format <> 'custom' and not exists (select from public.schedule_matchups m where m.schedule_id = schedule.id) then
    needed := ceil(teams * games / (teams - 1.0));
  end if;
  if rounds > 0 and needed > rounds then
    perform core.raise_error(422, 'invalid_input',
      format('%s games a team need %s rounds, and there are %s: a team plays once a round.', games, needed, rounds),
      jsonb_build_object('field', 'rounds', 'needed', needed, 'rounds', rounds));
  end if;
end;
$$;
comment on function scheduling.check_schedule(public.schedules) is 'PT422 where format, teams, match-ups and rounds cannot go together.';
