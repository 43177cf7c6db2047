-- Scheduling, outlook on a draft: what its broadcasters' windows could show, and what its games run into.

create function scheduling.tv_question(schedule_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.read');
  season public.seasons;
begin
  perform scheduling.require_few_games(schedule_id);
  select n.* into strict season from public.seasons n where n.id = schedule.season_id;
  return jsonb_build_object(
    'slots', (
      select coalesce(jsonb_agg(jsonb_build_object('tv_window_id', w.id, 'name', w.name, 'network', w.network, 'plays_on', d.day,
        'starts', w.starts, 'time_zone', w.time_zone, 'value', w.value, 'minimum_quality', w.minimum_quality) order by d.day, w.starts, w.id), '[]')
      from public.tv_windows w
      cross join lateral (
        select distinct g.plays_on as day from public.games g
        where g.schedule_id = schedule.id and g.status = 'scheduled'
          and (g.plays_on = w.plays_on or extract(isodow from g.plays_on) = w.weekday)) d
      where w.season_id = season.id),
    'games', (
      select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'plays_on', g.plays_on, 'home_team_id', g.home_team_id, 'away_team_id', g.away_team_id,
        'tv_window_id', g.tv_window_id, 'starts_at', g.starts_at) order by g.plays_on, g.id), '[]')
      from public.games g where g.schedule_id = schedule.id and g.status = 'scheduled'),
    'records', (
      select coalesce(jsonb_object_agg(t.team_id, jsonb_build_array(r.wins, r.games)), '{}')
      from public.schedule_teams t
      cross join lateral (
        select count(*) filter (where case when g.home_team_id = t.team_id then g.home_score > g.away_score else g.away_score > g.home_score end) as wins,
          count(*) as games
        from (
          select h.home_team_id, h.home_score, h.away_score, h.plays_on from public.games h
          where h.home_team_id = t.team_id and h.status = 'played' and h.home_score <> h.away_score and h.plays_on >= season.starts_on - 400
          union all
          select a.home_team_id, a.home_score, a.away_score, a.plays_on from public.games a
          where a.away_team_id = t.team_id and a.status = 'played' and a.home_score <> a.away_score and a.plays_on >= season.starts_on - 400) g
      ) r
      where t.schedule_id = schedule.id));
end;
$$;
comment on function scheduling.tv_question(uuid) is 'See public.tv_question.';
grant execute on function scheduling.tv_question(uuid) to authenticated, service_role;

create function scheduling.calendar_conflicts(schedule public.schedules) returns jsonb
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  games public.games[] := array(select g from public.games g where g.schedule_id = schedule.id and g.status = 'scheduled');
  game_ids uuid[] := array(select g.id from unnest(games) g);
  wanted calendar.wanted[] := scheduling.wanted_of(schedule, games);
  found calendar.obstacle[];
begin
  found := array(
    select o from calendar.claims_in_the_way(wanted) o where not o.other_owner_id = any (game_ids)
    union all
    select o from scheduling.clashes_among(wanted, wanted) o);
  return scheduling.conflict_documents(array(
    select o
    from unnest(found) o
    join public.resources r on r.id = o.resource_id
    -- a venue of several games at once is in nobody's way while it has room
    where r.capacity = 1 or r.capacity <= (
      select count(*) from unnest(found) f
      where f.resource_id = o.resource_id and o.owner_id in (f.owner_id, f.other_owner_id))
    union all
    select o from calendar.closures(wanted) o), game_ids);
end;
$$;
comment on function scheduling.calendar_conflicts(public.schedules) is
  'What stands in the calendar now where the games of a schedule are to be played: claims of others, each other, closed or away.';

create function scheduling.risk_question(schedule_id uuid) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  schedule public.schedules := scheduling.require_schedule(schedule_id, 'schedules.read');
  most constant integer := 5000;
begin
  perform scheduling.require_few_games(schedule_id);
  return jsonb_build_object(
    'games', (
      select coalesce(jsonb_agg(jsonb_build_array(g.id, g.plays_on, g.venue_id, g.home_team_id, g.away_team_id, g.starts_at) order by g.plays_on, g.id), '[]')
      from (
        select g.* from public.games g where g.schedule_id = schedule.id and g.status = 'scheduled'
        order by g.plays_on, g.id limit most) g),
    'conflicts', scheduling.calendar_conflicts(schedule),
    'past', (
      select coalesce(jsonb_agg(jsonb_build_array(p.planned_on, p.venue_id, p.disturbed) order by p.planned_on, p.id), '[]')
      from (
        select g.id, coalesce(d.planned_on, g.plays_on) as planned_on, coalesce(d.venue_id, g.venue_id) as venue_id,
          d.game_id is not null or g.status in ('postponed', 'cancelled') as disturbed
        from public.games g
        left join scheduling.disturbed_games d on d.game_id = g.id
        where g.organization_id = schedule.organization_id and g.plays_on < current_date
          and (g.published or g.status = 'played' or g.status in ('postponed', 'cancelled'))
        order by g.plays_on desc, g.id desc
        limit most) p));
end;
$$;
comment on function scheduling.risk_question(uuid) is 'See public.risk_question.';
grant execute on function scheduling.risk_question(uuid) to authenticated, service_role;
