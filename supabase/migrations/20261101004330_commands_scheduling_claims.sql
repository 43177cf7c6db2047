-- Scheduling, claims of games: what a published game takes of the calendar, and what is in its way.
-- A game takes both teams and the venue, from its sport's setup before the start to its teardown after the end. Hours have to
-- cover the game itself; a team or venue without weekly hours is always open, but on dates that are overridden.

create function scheduling.wanted_of(schedule public.schedules, games public.games[]) returns calendar.wanted[]
language plpgsql stable
set search_path = ''
as $$
declare
  sport public.sports;
begin
  select s.* into strict sport
  from public.seasons n join public.sports s on s.id = n.sport_id
  where n.id = schedule.season_id;
  return array(
    select row(g.id, taken.resource_id,
      tstzrange(g.starts_at - make_interval(mins => sport.setup_minutes), g.ends_at + make_interval(mins => sport.teardown_minutes)),
      tstzrange(g.starts_at, g.ends_at))::calendar.wanted
    from unnest(games) g
    cross join lateral unnest(array[g.home_team_id, g.away_team_id, g.venue_id]) as taken(resource_id)
    where g.status = 'scheduled' and g.starts_at is not null and g.venue_id is not null);
end;
$$;
comment on function scheduling.wanted_of(public.schedules, public.games[]) is
  'The time that games take of their teams and venues, once published. Those without a start or venue, and those that are off or over, take none.';

create function scheduling.clashes_among(wanted calendar.wanted[], failed calendar.wanted[]) returns setof calendar.obstacle
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return query
    select distinct on (f.resource_id, least(f.owner_id, w.owner_id), greatest(f.owner_id, w.owner_id))
      f.owner_id, f.resource_id, 'game', w.during, w.owner_id
    from unnest(failed) f
    join unnest(wanted) w on w.resource_id = f.resource_id and w.owner_id <> f.owner_id and w.during && f.during
    order by f.resource_id, least(f.owner_id, w.owner_id), greatest(f.owner_id, w.owner_id), f.owner_id;
end;
$$;
comment on function scheduling.clashes_among(calendar.wanted[], calendar.wanted[]) is
  'Where games of one list want the same team or venue at once: each pair of a resource once.';

create function scheduling.obstacles_of(wanted calendar.wanted[], failed calendar.wanted[]) returns setof calendar.obstacle
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  found calendar.obstacle[];
begin
  found := array(
    select o from calendar.claims_in_the_way(failed) o
    where not exists (select from unnest(wanted) w where w.owner_id = o.other_owner_id)
    union all
    select o from scheduling.clashes_among(wanted, failed) o);
  return query
    select (o).* from unnest(found) o
    union all
    select (o).* from calendar.closures(wanted) o
    union all
    -- what was there a moment ago and has gone since
    select f.owner_id, f.resource_id, 'taken', f.during, null::uuid from unnest(failed) f where found = '{}';
end;
$$;
comment on function scheduling.obstacles_of(calendar.wanted[], calendar.wanted[]) is
  'All that keeps games from their time: claims of others, each other, and resources that are closed, away or retired.';

create function scheduling.unplaceable(games public.games[]) returns jsonb
language plpgsql stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('game_id', g.id, 'kind', case when g.starts_at is null then 'no_start' else 'no_venue' end,
      'resource_id', null, 'resource_name', null, 'other_game_id', null, 'starts_at', g.starts_at, 'ends_at', g.ends_at) order by g.plays_on, g.id), '[]')
    from unnest(games) g
    where g.status = 'scheduled' and (g.starts_at is null or g.venue_id is null));
end;
$$;
comment on function scheduling.unplaceable(public.games[]) is 'The games to be played that have no start or no venue, as conflicts.';

create function scheduling.conflict_documents(obstacles calendar.obstacle[], own_ids uuid[]) returns jsonb
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(jsonb_agg(jsonb_build_object('game_id', o.owner_id, 'kind', o.kind, 'resource_id', o.resource_id,
      'resource_name', r.name, 'other_game_id', case when o.other_owner_id = any (own_ids) then o.other_owner_id end,
      'starts_at', lower(o.during), 'ends_at', upper(o.during)) order by lower(o.during), o.owner_id, o.resource_id), '[]')
    from unnest(obstacles) o
    join public.resources r on r.id = o.resource_id);
end;
$$;
comment on function scheduling.conflict_documents(calendar.obstacle[], uuid[]) is
  'Obstacles as an error tells them: which game, what kind of thing, at what resource, from when to when; of other claims never whose, of the schedule''s own games which.';

create function scheduling.settle_claims(schedule public.schedules, before public.games, after public.games) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  takes constant boolean := after.published and after.status = 'scheduled';
  wanted calendar.wanted[] := scheduling.wanted_of(schedule, array[after]);
  resource_ids uuid[] := array(select w.resource_id from unnest(wanted) w order by w.resource_id);
  conflicts jsonb := '[]';
  refusal text;
begin
  if not takes then
    -- what was played has taken its time
    if before.published and before.status = 'scheduled' and after.status <> 'played' then
      perform calendar.join_bookings(schedule.organization_id);
      perform calendar.release(after.id);
    end if;
    return;
  elsif after.starts_at is null or after.venue_id is null then
    perform core.raise_error(422, 'invalid_input', 'A published game has a start and a venue.',
      jsonb_build_object('field', case when after.starts_at is null then 'starts_at' else 'venue_id' end));
  elsif before.published and before.status = 'scheduled' and wanted <@ scheduling.wanted_of(schedule, array[before]) then
    return;
  end if;
  perform calendar.join_bookings(schedule.organization_id);
  conflicts := scheduling.conflict_documents(array(select o from calendar.closures(wanted) o), '{}');
  begin
    perform calendar.clear_expired(resource_ids, wanted[1].during);
    perform calendar.move(resource_ids, wanted[1].during, 'game', after.id);
  exception when sqlstate 'PT409' then
    get stacked diagnostics refusal = pg_exception_detail;
    conflicts := conflicts || coalesce((
      select jsonb_agg(c || jsonb_build_object('game_id', after.id, 'other_game_id', null))
      from jsonb_array_elements(refusal::jsonb -> 'conflicts') c), '[]');
    conflicts := case when conflicts = '[]' then jsonb_build_array(jsonb_build_object('game_id', after.id, 'kind', 'taken')) else conflicts end;
  end;
  if conflicts <> '[]' then
    perform core.raise_error(409, 'game_does_not_fit', 'The game cannot be played then and there: something is in the way.',
      jsonb_build_object('conflicts', conflicts, 'total', jsonb_array_length(conflicts)));
  end if;
end;
$$;
comment on function scheduling.settle_claims(public.schedules, public.games, public.games) is
  'Makes the claims of a game those of its new state: moved without being free in between, taken anew, or given back. PT409 game_does_not_fit {conflicts, total}.';
