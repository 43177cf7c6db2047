-- Scheduling, placing games: from what a caller says of games to rows. The optimizer's result, imports, restored versions
-- and single edits go the same way, so that the same rules hold for all.
--
-- A game without a day is on its round's; without a start it begins when its round does, at the wall clock of its venue
-- (of the home side while it has none); without a venue it is at the home side's, unless neutral.

create type scheduling.staged as (place bigint, field text, message text, is_new boolean, game public.games);
comment on type scheduling.staged is 'A game as it is to be, and the first thing that is wrong with it (field null: nothing).';

create function scheduling.wall_clock(
  item jsonb, starts time, old_game public.games, zone text, new_round integer, round_starts time, old_round_starts time)
returns time
language plpgsql stable
set search_path = ''
as $$
declare
  old_time time := (old_game.starts_at at time zone zone)::time;
begin
  if item ? 'starts' then
    return starts;
  elsif old_game.id is null then
    return round_starts;
  elsif new_round is distinct from old_game.round and (old_time is null or old_time = old_round_starts) then
    return round_starts;
  end if;
  return old_time;
end;
$$;
comment on function scheduling.wall_clock(jsonb, time, public.games, text, integer, time, time) is
  'When a game starts, whose caller gave no instant: as given, as its round, or as before; one that started with its old round starts with its new one.';

-- Claims and streams are known by the id of their owner, so nobody chooses one: a game that was kept comes back as itself.
create function scheduling.games_that_were(schedule_id uuid, games jsonb) returns uuid[]
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  gone uuid[] := array(
    select (e ->> 'id')::uuid from jsonb_array_elements(games) e
    where e ->> 'id' is not null and not exists (select from public.games g where g.id = (e ->> 'id')::uuid));
begin
  if gone = '{}' then
    return gone;
  end if;
  return array(
    select distinct (g ->> 'id')::uuid
    from public.schedule_versions v cross join jsonb_array_elements(v.games) g
    where v.schedule_id = games_that_were.schedule_id and (g ->> 'id')::uuid = any (gone));
end;
$$;
comment on function scheduling.games_that_were(uuid, jsonb) is
  'Of the games in a list those that are no more, but are in a version of the schedule.';

create function scheduling.stage_games(schedule public.schedules, games jsonb) returns setof scheduling.staged
language plpgsql stable
set search_path = ''
as $$
declare
  season public.seasons;
  sport public.sports;
  known_before uuid[] := scheduling.games_that_were(schedule.id, games);
begin
  select s.* into strict season from public.seasons s where s.id = schedule.season_id;
  select s.* into strict sport from public.sports s where s.id = season.sport_id;
  return query
  with said as (
    select e.place, e.item, g.*, old.id as old_id, old as old_game,
      coalesce(g.home_team_id, old.home_team_id) as home_id, coalesce(g.away_team_id, old.away_team_id) as away_id,
      case when e.item ? 'round' then g.round else old.round end as new_round,
      coalesce(g.neutral, old.neutral, false) as is_neutral,
      g.id is not null and count(*) over (partition by g.id) > 1 as twice
    from jsonb_array_elements(games) with ordinality as e(item, place)
    cross join lateral jsonb_to_record(e.item) as g(
      id uuid, round integer, plays_on date, starts_at timestamptz, starts time, ends_at timestamptz, venue_id uuid,
      home_team_id uuid, away_team_id uuid, neutral boolean, tv_window_id uuid, status text, note text,
      attendance integer, home_score integer, away_score integer)
    left join public.games old on old.schedule_id = schedule.id and old.id = g.id
  ), placed as (
    select s.*, r.number as known_round, r.plays_on as round_day, r.starts as round_starts, old_round.starts as old_round_starts,
      case when s.item ? 'venue_id' then s.venue_id
        when s.old_id is not null and ((s.old_game).home_team_id = s.home_id or (s.old_game).venue_id is distinct from old_home.venue_id)
          then (s.old_game).venue_id
        when not s.is_neutral then home.venue_id end as at_venue,
      home.id as known_home, away.id as known_away
    from said s
    left join public.schedule_rounds r on r.schedule_id = schedule.id and r.number = s.new_round
    left join public.schedule_rounds old_round on old_round.schedule_id = schedule.id and old_round.number = (s.old_game).round
    left join public.teams old_home on old_home.id = (s.old_game).home_team_id
    left join (public.schedule_teams h join public.teams home on home.id = h.team_id)
      on h.schedule_id = schedule.id and h.team_id = s.home_id
    left join public.schedule_teams a on a.schedule_id = schedule.id and a.team_id = s.away_id
    left join public.teams away on away.id = a.team_id
  ), dated as (
    select p.*, v.id as known_venue, z.time_zone as zone,
      coalesce(p.plays_on, (p.starts_at at time zone z.time_zone)::date,
        case when p.old_id is null or p.new_round is distinct from (p.old_game).round then p.round_day end,
        (p.old_game).plays_on) as day
    from placed p
    left join public.venues v on v.id = p.at_venue and v.organization_id = schedule.organization_id
    left join public.resources z on z.id = coalesce(v.id, p.known_home)
  ), timed as (
    select d.*,
      case when d.item ? 'starts_at' then d.starts_at
        else (d.day + scheduling.wall_clock(d.item, d.starts, d.old_game, d.zone, d.new_round, d.round_starts, d.old_round_starts))
          at time zone d.zone end as start
    from dated d
  ), ended as (
    select t.*, case when t.start is not null then coalesce(
        t.ends_at, t.start + ((t.old_game).ends_at - (t.old_game).starts_at), t.start + make_interval(mins => sport.game_minutes)) end as ending,
      case when t.item ? 'tv_window_id' then t.tv_window_id when (t.old_game).plays_on = t.day then (t.old_game).tv_window_id end as window_id
    from timed t
  ), judged as (
    select e.*, case
      when e.twice then '{id,"is in the list twice"}'
      when e.old_id is null and e.id is not null and e.id <> all (known_before) then '{id,"is no game of the schedule"}'
      when e.known_home is null then '{home_team_id,"is no team of the schedule"}'
      when e.known_away is null then '{away_team_id,"is no team of the schedule"}'
      when e.home_id = e.away_id then '{away_team_id,"is the home team"}'
      when e.new_round is not null and e.known_round is null then '{round,"is no round of the schedule"}'
      when e.day is null then '{plays_on,"is needed where the game is in no round"}'
      when e.day not between season.starts_on and season.ends_on then '{plays_on,"is not in the season"}'
      when e.at_venue is not null and e.known_venue is null then '{venue_id,"is no venue of the organization"}'
      when e.start is not null and (e.start at time zone e.zone)::date <> e.day
        then '{starts_at,"is on another day than plays_on at the venue"}'
      when e.start is null and e.ends_at is not null then '{ends_at,"needs a start"}'
      when e.ending <= e.start or e.ending > e.start + interval '24 hours' then '{ends_at,"must be within a day after the start"}'
      when e.window_id is not null and not exists (select from public.tv_windows w where w.id = e.window_id and w.season_id = season.id)
        then '{tv_window_id,"is no window of the season"}'
      when e.status not in ('scheduled', 'postponed', 'cancelled', 'played') then '{status,"is no state of a game"}'
      when e.status = 'played' and (e.old_game).status in ('postponed', 'cancelled') then '{status,"cannot be played: the game is off"}'
      when length(e.note) > 1000 then '{note,"is too long"}'
    end::text[] as fault
    from ended e
  )
  select j.place, j.fault[1], j.fault[2], j.old_id is null, row(
    coalesce(j.id, core.uuid_v7()), schedule.organization_id, schedule.id, j.new_round, j.day, j.start, j.ending,
    j.at_venue, j.home_id, j.away_id, j.is_neutral, j.window_id, coalesce(j.status, (j.old_game).status, 'scheduled'),
    (j.old_game).previous_status, coalesce((j.old_game).published, schedule.status = 'published'),
    case when j.item ? 'attendance' then j.attendance else (j.old_game).attendance end,
    case when j.item ? 'home_score' then j.home_score else (j.old_game).home_score end,
    case when j.item ? 'away_score' then j.away_score else (j.old_game).away_score end,
    case when j.item ? 'note' then j.note else (j.old_game).note end,
    coalesce((j.old_game).version, 0) + 1, coalesce((j.old_game).created_at, now()), now())::public.games
  from judged j
  order by j.place;
end;
$$;
comment on function scheduling.stage_games(public.schedules, jsonb) is
  'What a list of games comes to in a schedule: with the id of one there is, what is not said stays. Nothing is written.';

create function scheduling.refuse_faults(staged scheduling.staged[]) returns void
language plpgsql stable
set search_path = ''
as $$
declare
  faults jsonb;
  total integer;
begin
  select jsonb_agg(jsonb_build_object('index', s.place - 1, 'field', s.field, 'message', s.message) order by s.place)
      filter (where s.nth <= 100),
    count(*)
  into faults, total
  from (select u.*, row_number() over (order by u.place) as nth from unnest(staged) u where u.field is not null) s;
  if total > 0 then
    perform core.raise_error(422, 'invalid_games', format('%s %s.', faults -> 0 ->> 'field', faults -> 0 ->> 'message'),
      jsonb_build_object('faults', faults, 'total', total));
  end if;
end;
$$;
comment on function scheduling.refuse_faults(scheduling.staged[]) is
  'PT422 invalid_games {faults: [{index, field, message}], total}: the first hundred of what is wrong.';

create function scheduling.hold_places(games public.games[]) returns void
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  perform from public.venues v where v.id in (select g.venue_id from unnest(games) g) order by v.id for key share;
  perform from public.tv_windows w where w.id in (select g.tv_window_id from unnest(games) g) order by w.id for key share;
end;
$$;
comment on function scheduling.hold_places(public.games[]) is 'Keeps venues and TV windows from being deleted while games are put there.';

create function scheduling.drop_unlisted(schedule public.schedules, staged scheduling.staged[], removing text[]) returns integer
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  dropped integer;
begin
  if schedule.status = 'published' then
    update public.games g set status = 'cancelled', version = g.version + 1, updated_at = now()
    where g.schedule_id = schedule.id and g.status = any (removing) and g.status <> 'cancelled'
      and not exists (select from unnest(staged) s where (s.game).id = g.id);
  else
    delete from public.games g
    where g.schedule_id = schedule.id and g.status = any (removing)
      and not exists (select from unnest(staged) s where (s.game).id = g.id);
  end if;
  get diagnostics dropped = row_count;
  return dropped;
end;
$$;
comment on function scheduling.drop_unlisted(public.schedules, scheduling.staged[], text[]) is
  'Takes out the games that are not in a list: from a draft they go, in a published schedule they are cancelled.';

create function scheduling.place_games(
  schedule public.schedules, games jsonb, removing text[] default array['scheduled'], republishing boolean default false
) returns integer
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  staged scheduling.staged[];
  count_of_step integer;
  changed integer;
begin
  if schedule.status <> 'draft' and not republishing then
    perform core.raise_error(409, 'schedule_published', 'The schedule is published: take it back first.');
  end if;
  perform core.require_array(games, 'games', 20000);
  staged := array(select s from scheduling.stage_games(schedule, games) s);
  perform scheduling.refuse_faults(staged);
  perform scheduling.hold_places(array(select s.game from unnest(staged) s));
  changed := scheduling.drop_unlisted(schedule, staged, removing);

  -- What was postponed in the list and has been cancelled since is reinstated on the way.
  update public.games g set status = 'scheduled'
  from unnest(staged) s
  where g.schedule_id = schedule.id and g.id = (s.game).id and g.status = 'cancelled' and (s.game).status = 'postponed';
  update public.games g set
    round = n.round, plays_on = n.plays_on, starts_at = n.starts_at, ends_at = n.ends_at, venue_id = n.venue_id,
    home_team_id = n.home_team_id, away_team_id = n.away_team_id, neutral = n.neutral, tv_window_id = n.tv_window_id, status = n.status,
    attendance = n.attendance, home_score = n.home_score, away_score = n.away_score, note = n.note, version = n.version, updated_at = now()
  from unnest(staged) s cross join lateral (select (s.game).*) n
  where not s.is_new and g.schedule_id = schedule.id and g.id = n.id and g.status <> 'played'
    and (g.round, g.plays_on, g.starts_at, g.ends_at, g.venue_id, g.home_team_id, g.away_team_id, g.neutral, g.tv_window_id, g.status, g.note)
      is distinct from
      (n.round, n.plays_on, n.starts_at, n.ends_at, n.venue_id, n.home_team_id, n.away_team_id, n.neutral, n.tv_window_id, n.status, n.note);
  get diagnostics count_of_step = row_count;
  changed := changed + count_of_step;

  insert into public.games
  select n.* from unnest(staged) s cross join lateral (select (s.game).*) n where s.is_new;
  get diagnostics count_of_step = row_count;
  changed := changed + count_of_step;

  if schedule.status = 'published' and changed > 0 then
    perform scheduling.claim_schedule(schedule);
  end if;
  return changed;
end;
$$;
comment on function scheduling.place_games(public.schedules, jsonb, text[], boolean) is
  'Makes a draft''s games those of a list (at most 20,000): [{id?, home_team_id, away_team_id, round?, plays_on?, starts_at? | starts?, ends_at?, venue_id?, neutral?, '
  'tv_window_id?, status?, note?, attendance?, home_score?, away_score?}]. With an id, what is not said stays; games that are '
  'not in the list go where their status is one of `removing` ({}: none); played ones stay as they are. Returns how many '
  'changed. The caller has locked the schedule and records the change. PT422 invalid_games, PT409 schedule_published. With '
  '`republishing` also those of a published one, whose claims follow whole or not at all: PT409 cannot_publish.';
