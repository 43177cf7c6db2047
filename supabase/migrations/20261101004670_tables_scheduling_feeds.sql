-- Scheduling, calendar feeds: links by which calendars subscribe to the published games of a team, a venue or a schedule.
--
-- A game that leaves a feed (deleted, taken back, at another venue) is told as cancelled for 90 days: calendars keep what
-- they were once told, until they are told otherwise.

create table public.calendar_feeds (
  id uuid primary key default core.uuid_v7(),
  organization_id uuid not null references public.organizations (id) on delete cascade,
  kind text not null,
  subject_id uuid not null,
  key uuid not null default gen_random_uuid(),
  created_by uuid references public.profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  constraint known_kind check (kind in ('team', 'venue', 'schedule')),
  constraint one_feed_a_key unique (key)
);
comment on table public.calendar_feeds is
  'Links to the published games of a team, venue or schedule as iCalendar. Whoever has the link reads it, without an account.';
comment on column public.calendar_feeds.key is 'What the link signs: another key, and the old link is none.';
comment on column public.calendar_feeds.revoked_at is 'Since when its link leads nowhere.';
create index calendar_feeds_organization on public.calendar_feeds (organization_id, created_at, id);
create index calendar_feeds_created_by on public.calendar_feeds (created_by);
alter table public.calendar_feeds enable row level security;
grant select (id, organization_id, kind, subject_id, created_by, created_at, revoked_at) on public.calendar_feeds to authenticated, service_role;
create policy "those who publish read the feeds" on public.calendar_feeds
  for select to authenticated using (organization_id in (select core.my_organization_ids('schedules.publish')));

create table scheduling.feed_removals (
  subject_id uuid not null,
  game_id uuid not null,
  organization_id uuid not null references public.organizations (id) on delete cascade,
  game public.games not null,
  removed_at timestamptz not null default now(),
  primary key (subject_id, game_id)
);
comment on table scheduling.feed_removals is 'Published games that left the feeds of a team, venue or schedule, as they last stood.';
create index feed_removals_organization on scheduling.feed_removals (organization_id);
create index feed_removals_age on scheduling.feed_removals (removed_at);
alter table scheduling.feed_removals enable row level security;

create function scheduling.note_removed() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- An organization that goes takes its feeds along.
  if not exists (select from public.organizations o where o.id = old.organization_id) then
    return null;
  end if;
  insert into scheduling.feed_removals as f (subject_id, game_id, organization_id, game)
  select u.subject_id, old.id, old.organization_id, old
  from unnest(array[old.schedule_id, old.home_team_id, old.away_team_id, old.venue_id]) u (subject_id)
  where u.subject_id is not null
    and (tg_op = 'DELETE' or not new.published or u.subject_id not in (new.schedule_id, new.home_team_id, new.away_team_id)
      and u.subject_id is distinct from new.venue_id)
  on conflict (subject_id, game_id) do update set game = excluded.game, removed_at = now();
  return null;
end $$;
comment on function scheduling.note_removed() is 'A published game leaves the feeds it was in: they go on telling that it is cancelled.';
create trigger games_leave_their_feeds after delete on public.games
  for each row when (old.published) execute function scheduling.note_removed();
create trigger games_change_their_feeds after update on public.games
  for each row when (old.published and (not new.published
    or (old.schedule_id, old.home_team_id, old.away_team_id, old.venue_id) is distinct from (new.schedule_id, new.home_team_id, new.away_team_id, new.venue_id)))
  execute function scheduling.note_removed();

create function scheduling.forget_removed() returns void
language plpgsql set search_path = '' as $$
begin
  delete from scheduling.feed_removals f where f.removed_at < now() - interval '90 days';
end $$;
comment on function scheduling.forget_removed() is 'After 90 days every calendar that still asks has heard of it.';
select cron.schedule('scheduling-feed-removals', '37 3 * * *', 'select scheduling.forget_removed()');
