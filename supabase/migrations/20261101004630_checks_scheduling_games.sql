-- Scheduling, checks of imports: rows of games, a million of them in one statement.
-- Cells that are absent keep what is there; empty ones empty it. Wall clock and instant may both be given: of a game that
-- is there, whichever was changed counts.

create function scheduling.check_games(import public.imports, schedule public.schedules) returns void
language plpgsql set search_path = '' set enable_nestloop = off set work_mem = '64MB' as $$
declare
  season public.seasons;
  usual_length interval := (select make_interval(mins => s.game_minutes) from public.sports s where s.id = import.sport_id);
  open_to_all boolean := import.what = 'schedule' or not exists (
    select from public.schedule_teams p where p.schedule_id = schedule.id);
begin
  select s.* into season from public.seasons s where s.id = schedule.season_id;
  delete from scheduling.import_games g where g.import_id = import.id;
  -- Each step is computed once (offset 0): folded into one another, the last one would read each cell a hundred times.
  insert into scheduling.import_games (import_id, part, line, id, was_on, action, faults, round, plays_on, starts_at, ends_at, venue_id,
    home_team_id, away_team_id, neutral, tv_window_id, status, attendance, home_score, away_score, note)
  with venues as materialized (
    select v.name, v.id, v.time_zone from scheduling.import_venues(import) v
  ), teams as materialized (
    select t.name, t.id, t.venue_id, t.time_zone, open_to_all or p.team_id is not null as plays
    from scheduling.import_teams(import) t
    left join public.schedule_teams p on p.schedule_id = schedule.id and p.team_id = t.id
  ), windows as materialized (
    select w.id::text as name, w.id from public.tv_windows w where w.season_id = schedule.season_id
    union all
    select lower(w.name), w.id from public.tv_windows w where w.season_id = schedule.season_id
  ), rounds as materialized (
    select r.number from public.schedule_rounds r where r.schedule_id = schedule.id
    union
    select scheduling.integer_of(r.cells ->> 'number') from scheduling.import_rows r where r.import_id = import.id and r.kind = 'rounds'
  ), zones as materialized (
    select z.name, core.is_time_zone(z.name) as known from (
      select distinct r.cells ->> 'time_zone' as name from scheduling.import_rows r where r.import_id = import.id and r.kind = 'games') z
  ), existing as materialized (
    select g.id, g as game, g.plays_on, g.home_team_id, g.away_team_id, g.starts_at,
      count(*) over (partition by g.plays_on, g.home_team_id, g.away_team_id) as twins
    from public.games g where g.schedule_id = schedule.id
  ), cells as (
    select r.part, r.line, r.cells as c, f.id as given_id, core.uuid_or_null(f.id) as id, f.round, f.date, f.time, f.starts_at, f.ends_at, f.neutral,
      f.attendance, f.home_score, f.away_score, f.note, lower(f.status) as status, f.time_zone,
      f.venue, f.tv_window, f.home_team, f.away_team,
      case when f.date ~ '^\d{4}-\d\d-\d\d$' and pg_input_is_valid(f.date, 'date') then f.date::date end as day,
      case when f.time ~ '^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$' then f.time::time end as clock,
      case when f.starts_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$' and pg_input_is_valid(f.starts_at, 'timestamptz')
        then f.starts_at::timestamptz end as begun,
      case when f.ends_at ~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$' and pg_input_is_valid(f.ends_at, 'timestamptz')
        then f.ends_at::timestamptz end as ended
    from scheduling.import_rows r, jsonb_to_record(r.cells) f (id text, round text, date text, time text, time_zone text, starts_at text,
      ends_at text, venue text, home_team text, away_team text, neutral text, tv_window text, status text, attendance text,
      home_score text, away_score text, note text)
    where r.import_id = import.id and r.kind = 'games'
    offset 0
  ), named as (
    select k.*, h as home, a as away, v as place, w.id as window_id, coalesce(z.known, true) as zone_known
    from cells k
    left join teams h on h.name = lower(k.home_team)
    left join teams a on a.name = lower(k.away_team)
    left join venues v on v.name = lower(k.venue)
    left join windows w on w.name = lower(k.tv_window)
    left join zones z on z.name = k.time_zone
  ), matched as (
    select n.*, coalesce(known.game, alike.game) as e
    from named n
    left join existing known on known.id = n.id
    left join existing alike on n.given_id is null and alike.plays_on = n.day and alike.home_team_id = (n.home).id and alike.away_team_id = (n.away).id
      and (alike.twins = 1 or alike.starts_at is not distinct from coalesce(n.begun, (n.day + n.clock) at time zone
        case when n.zone_known then coalesce(n.time_zone, (n.place).time_zone, (n.home).time_zone) end))
  ), zoned as (
    select m.*, (m.e).id is not null as there,
      case when m.zone_known then coalesce(m.time_zone, (m.place).time_zone, ev.time_zone, (m.home).time_zone, eh.time_zone, 'UTC') else 'UTC' end as zone
    from matched m
    left join venues ev on ev.name = (m.e).venue_id::text
    left join teams eh on eh.name = (m.e).home_team_id::text
    offset 0
  ), clocked as (
    select z.*, coalesce(z.day, (z.begun at time zone z.zone)::date, (z.e).plays_on) as plays_on,
      case when z.c ?| array['time', 'starts_at'] then z.clock else ((z.e).starts_at at time zone z.zone)::time end as wall,
      coalesce((z.e).plays_on = z.day and (date_trunc('second', (z.e).starts_at) at time zone z.zone)::time = z.clock, false) as same_clock
    from zoned z
    offset 0
  ), timed as (
    select t.*, (t.plays_on + t.wall) at time zone t.zone as local_start,
      t.begun is not null and t.wall is not null and t.begun at time zone t.zone = t.plays_on + t.wall as agree
    from clocked t
    offset 0
  ), started as (
    select s.*, case
        when s.wall is null then case when s.c ? 'time' and s.begun = (s.e).starts_at then null else s.begun end
        when s.agree or s.same_clock and s.begun is not null then s.begun
        else s.local_start end as start,
      s.wall is not null and s.begun is not null and not s.agree and not s.same_clock
        and s.begun is distinct from (s.e).starts_at as torn,
      not s.agree and s.wall is not null and s.local_start at time zone s.zone <> s.plays_on + s.wall as skipped
    from timed s
    offset 0
  ), meant as (
    select m.*,
      m.start + case when m.ended is not null then m.ended - coalesce(m.begun, m.start)
        when m.there and (m.e).ends_at is not null then (m.e).ends_at - (m.e).starts_at else usual_length end as finish,
      case when m.c ? 'round' then case when m.round ~ '^\d{1,9}$' then m.round::integer end else (m.e).round end as in_round,
      case when m.c ? 'venue' then (m.place).id when m.there then (m.e).venue_id
        when scheduling.yes_or_no(m.neutral) then null else (m.home).venue_id end as at_venue,
      case when m.neutral is null then coalesce((m.e).neutral, false) when m.neutral = 'false' then false when m.neutral = 'true' then true
        else coalesce(scheduling.yes_or_no(m.neutral), false) end as is_neutral,
      case when m.home_team is not null then (m.home).id else (m.e).home_team_id end as home_id,
      case when m.away_team is not null then (m.away).id else (m.e).away_team_id end as away_id,
      case when m.c ? 'tv_window' then m.window_id else (m.e).tv_window_id end as in_window,
      case when m.c ? 'attendance' then case when m.attendance ~ '^\d{1,9}$' then m.attendance::integer end else (m.e).attendance end as crowd,
      case when m.c ? 'home_score' then case when m.home_score ~ '^\d{1,9}$' then m.home_score::integer end else (m.e).home_score end as home_points,
      case when m.c ? 'away_score' then case when m.away_score ~ '^\d{1,9}$' then m.away_score::integer end else (m.e).away_score end as away_points,
      case when m.c ? 'note' then m.note else (m.e).note end as remark,
      coalesce(m.status, (m.e).status, case when coalesce(m.attendance, m.home_score, m.away_score) is null then 'scheduled' else 'played' end) as state
    from started m
    offset 0
  ), compared as (
    select p.*, p.there and (p.plays_on, p.start, p.finish, p.at_venue, p.home_id, p.away_id, p.is_neutral, p.in_round)
        is not distinct from ((p.e).plays_on, (p.e).starts_at, (p.e).ends_at, (p.e).venue_id, (p.e).home_team_id, (p.e).away_team_id, (p.e).neutral, (p.e).round)
        as stays, r.number as known_round,
      (p.state, p.in_window, p.crowd, p.home_points, p.away_points, nullif(p.remark, ''))
        is not distinct from ((p.e).status, (p.e).tv_window_id, (p.e).attendance, (p.e).home_score, (p.e).away_score, nullif((p.e).note, '')) as same
    from meant p
    left join rounds r on r.number = p.in_round
    offset 0
  )
  select import.id, g.part, g.line, (g.e).id, (g.e).plays_on,
    case when not g.there then 'add' when g.stays and g.same then 'keep' else 'change' end,
    array_remove(array[
      case when g.given_id is not null and not g.there then 'id:unknown_id' end,
      case when g.round is not null and g.round !~ '^\d{1,9}$' then 'round:not_a_number' when not g.stays and g.in_round is not null and g.known_round is null then 'round:unknown_round' end,
      case when g.date is not null and g.day is null then 'date:not_a_date' when g.plays_on is null then 'date:missing'
        when not g.stays and g.plays_on not between season.starts_on and season.ends_on then 'date:not_in_season' end,
      case when g.time is not null and g.clock is null then 'time:not_a_time' when g.skipped then 'time:no_such_time' end,
      case when not g.zone_known then 'time_zone:unknown_time_zone' end,
      case when g.starts_at is not null and g.begun is null then 'starts_at:not_an_instant'
        when g.torn or abs(g.plays_on - (g.start at time zone 'UTC')::date) > 1 then 'starts_at:times_disagree' end,
      case when g.ends_at is not null and g.ended is null then 'ends_at:not_an_instant'
        when not g.torn and (g.finish <= g.start or g.finish > g.start + interval '24 hours') then 'ends_at:ends_before_start' end,
      case when g.venue is not null and (g.place).id is null then 'venue:unknown_venue' end,
      case when g.home_id is null then case when g.home_team is null then 'home_team:missing' else 'home_team:unknown_team' end
        when not g.stays and not (g.home).plays then 'home_team:not_in_schedule' end,
      case when g.away_id is null then case when g.away_team is null then 'away_team:missing' else 'away_team:unknown_team' end
        when not g.stays and not (g.away).plays then 'away_team:not_in_schedule' when g.home_id = g.away_id then 'away_team:same_team' end,
      case when g.neutral is not null and g.neutral not in ('true', 'false') and scheduling.yes_or_no(g.neutral) is null then 'neutral:not_yes_or_no' end,
      case when g.tv_window is not null and g.window_id is null then 'tv_window:unknown_tv_window' end,
      case when g.state not in ('scheduled', 'postponed', 'cancelled', 'played') then 'status:unknown_status'
        when g.there and not scheduling.may_become((g.e).status, g.state) then 'status:not_allowed' end,
      case when g.attendance is not null and g.attendance !~ '^\d{1,9}$' then 'attendance:not_a_number'
        when g.crowd is not null and g.state <> 'played' then 'attendance:only_when_played' end,
      case when g.home_score is not null and g.home_score !~ '^\d{1,9}$' then 'home_score:not_a_number'
        when g.home_points is not null and g.state <> 'played' then 'home_score:only_when_played' end,
      case when g.away_score is not null and g.away_score !~ '^\d{1,9}$' then 'away_score:not_a_number'
        when g.away_points is not null and g.state <> 'played' then 'away_score:only_when_played' end,
      case when length(g.note) > 1000 then 'note:too_long' end,
      case when not g.there and schedule.status = 'published' or (g.e).published
        and (not g.stays or g.state <> (g.e).status and g.state <> 'played') then 'date:published' end
    ], null),
    g.in_round, g.plays_on, g.start, g.finish, g.at_venue, g.home_id, g.away_id, g.is_neutral, g.in_window, g.state, g.crowd, g.home_points,
    g.away_points, g.remark
  from compared g;
  perform scheduling.check_twins(import);
end $$;
comment on function scheduling.check_games(public.imports, public.schedules) is
  'Checks the rows of games: by id, else by day and teams (and start, where a pair plays twice that day).';

create function scheduling.check_twins(import public.imports) returns void
language plpgsql set search_path = '' set enable_nestloop = off set work_mem = '64MB' as $$
begin
  update scheduling.import_games g set faults = array_append(g.faults, 'id:duplicate')
  from (
    select i.id from scheduling.import_games i where i.import_id = import.id and i.id is not null group by i.id having count(*) > 1) twice
  where g.import_id = import.id and g.id = twice.id;
  update scheduling.import_games g set faults = array_append(g.faults, 'home_team:duplicate')
  from (
    select i.plays_on, i.home_team_id, i.away_team_id, i.starts_at from scheduling.import_games i
    where i.import_id = import.id and i.id is null and i.plays_on is not null and i.home_team_id is not null and i.away_team_id is not null
    group by 1, 2, 3, 4 having count(*) > 1) twice
  where g.import_id = import.id and g.id is null and g.plays_on = twice.plays_on and g.home_team_id = twice.home_team_id
    and g.away_team_id = twice.away_team_id and g.starts_at is not distinct from twice.starts_at;
end $$;
comment on function scheduling.check_twins(public.imports) is 'Notes the rows of games that say what another row says.';
