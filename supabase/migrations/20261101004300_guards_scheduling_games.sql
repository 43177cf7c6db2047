-- Scheduling, guards: what the table of games would say with foreign keys, which it has none of (20261101004100), and
-- that versions never change.

create function scheduling.is_being_deleted(organization_id uuid) returns boolean
language plpgsql stable
set search_path = ''
as $$ begin return not exists (select from public.organizations o where o.id = is_being_deleted.organization_id); end $$;
comment on function scheduling.is_being_deleted(uuid) is 'Whether a row goes because its organization does.';

create function scheduling.guard_played_at() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if scheduling.is_being_deleted(old.organization_id) then
    return old;
  end if;
  if tg_table_name = 'venues' and exists (select from public.games g where g.venue_id = old.id)
    or tg_table_name = 'teams' and exists (select from public.games g where g.home_team_id = old.id or g.away_team_id = old.id) then
    perform core.raise_error(409, 'resource_in_use', 'There are games with it: retire it instead of deleting it.',
      jsonb_build_object('resource_id', old.id));
  end if;
  return old;
end;
$$;
comment on function scheduling.guard_played_at() is 'Keeps a team or venue with games from being deleted.';
create trigger teams_keep_their_games before delete on public.teams for each row execute function scheduling.guard_played_at();
create trigger venues_keep_their_games before delete on public.venues for each row execute function scheduling.guard_played_at();

create function scheduling.delete_games() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if old.status = 'published' and not scheduling.is_being_deleted(old.organization_id) then
    perform core.raise_error(409, 'schedule_published', 'The schedule is published: take it back first.');
  end if;
  perform calendar.release_all(array(select g.id from public.games g where g.schedule_id = old.id and g.published));
  delete from public.games g where g.schedule_id = old.id;
  return old;
end;
$$;
comment on function scheduling.delete_games() is
  'With a schedule go its games; a published one stays: PT409 schedule_published.';
create trigger schedules_take_their_games_along before delete on public.schedules
  for each row execute function scheduling.delete_games();

-- At the end of the transaction: who replaces all teams has put them back by then.
create function scheduling.guard_playing_teams() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  if exists (
    select from public.games g
    where g.schedule_id = old.schedule_id and old.team_id in (g.home_team_id, g.away_team_id)
      and exists (select from public.schedules s where s.id = old.schedule_id)
      and not exists (select from public.schedule_teams t where t.schedule_id = old.schedule_id and t.team_id = old.team_id)) then
    perform core.raise_error(409, 'resource_in_use', 'The team has games in this schedule: remove them first.',
      jsonb_build_object('resource_id', old.team_id));
  end if;
  return null;
end;
$$;
comment on function scheduling.guard_playing_teams() is 'Keeps a team with games in its schedule.';
create constraint trigger teams_with_games_stay after delete on public.schedule_teams
  deferrable initially deferred
  for each row execute function scheduling.guard_playing_teams();

-- History comes by the million; what is read whole into one answer, version or claim is what a list can be.
create function scheduling.require_few_games(schedule_id uuid) returns void
language plpgsql stable
set search_path = ''
as $$
begin
  if (select count(*) from (select from public.games g where g.schedule_id = require_few_games.schedule_id limit 20001) g) > 20000 then
    perform core.raise_error(422, 'too_many_games', 'A schedule of more than 20,000 games is history: it is not published, versioned or judged.',
      '{"maximum": 20000}');
  end if;
end;
$$;
comment on function scheduling.require_few_games(uuid) is 'PT422 too_many_games for a schedule with more games than a list of them can have.';

create function scheduling.keep_versions() returns trigger
language plpgsql security definer
set search_path = ''
as $$
begin
  -- Only that an account is gone may be written later.
  if tg_op = 'UPDATE' and to_jsonb(new) - 'created_by' = to_jsonb(old) - 'created_by'
    or tg_op = 'DELETE' and not exists (select from public.schedules s where s.id = old.schedule_id) then
    return coalesce(new, old);
  end if;
  raise exception using errcode = '42501', message = 'append_only', hint = 'Versions of schedules never change.';
end;
$$;
comment on function scheduling.keep_versions() is 'Versions never change, and go with their schedule only.';
create trigger versions_never_change before update or delete on public.schedule_versions
  for each row execute function scheduling.keep_versions();
