-- Scheduling, commands on calendar feeds: made, given another link, revoked; and what their readers see.

create function scheduling.feed_document(feed public.calendar_feeds) returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(feed) - 'key' || jsonb_build_object('token', case when feed.revoked_at is null then core.link_token('feed', feed.key) end);
end $$;
comment on function scheduling.feed_document(public.calendar_feeds) is 'A feed with the token of its link, for those who may hand it out.';

create function scheduling.require_feed(feed_id uuid) returns public.calendar_feeds
language plpgsql volatile set search_path = '' as $$
declare
  feed public.calendar_feeds;
begin
  select f.* into feed from public.calendar_feeds f where f.id = feed_id for update;
  if feed.id is null or not core.is_member_or_service(feed.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such feed.');
  end if;
  perform core.require(feed.organization_id, 'schedules.publish');
  return feed;
end $$;
comment on function scheduling.require_feed(uuid) is 'The feed, locked, if the caller has schedules.publish in its organization.';

create function scheduling.create_feed(kind text, subject_id uuid, idempotency_key text) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  feed public.calendar_feeds;
  answer jsonb;
begin
  feed.organization_id := case create_feed.kind
    when 'team' then (select t.organization_id from public.teams t where t.id = create_feed.subject_id)
    when 'venue' then (select v.organization_id from public.venues v where v.id = create_feed.subject_id)
    when 'schedule' then (select s.organization_id from public.schedules s where s.id = create_feed.subject_id) end;
  if feed.organization_id is null or not core.is_member_or_service(feed.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such team, venue or schedule.');
  end if;
  perform core.require(feed.organization_id, 'schedules.publish');
  answer := core.recall('feed.create', feed.organization_id, idempotency_key, jsonb_build_array(create_feed.kind, create_feed.subject_id));
  if answer is not null then
    return answer;
  end if;
  insert into public.calendar_feeds (organization_id, kind, subject_id, created_by)
  values (feed.organization_id, create_feed.kind, create_feed.subject_id, (select p.id from public.profiles p where p.id = core.acting_id()))
  returning * into feed;
  perform core.audit(feed.organization_id, 'feed.created', 'feed', feed.id, null, to_jsonb(feed) - 'key');
  return core.keep('feed.create', feed.organization_id, idempotency_key, scheduling.feed_document(feed));
end $$;
grant execute on function scheduling.create_feed(text, uuid, text) to authenticated, service_role;
comment on function scheduling.create_feed(text, uuid, text) is 'See public.create_calendar_feed.';

create function public.create_calendar_feed(kind text, subject_id uuid, idempotency_key text default null) returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return scheduling.create_feed(kind, subject_id, idempotency_key); end $$;
grant execute on function public.create_calendar_feed(text, uuid, text) to authenticated, service_role;
comment on function public.create_calendar_feed(text, uuid, text) is
  'Makes a link to the published games of a team, venue or schedule as iCalendar; whoever has its token reads them. Needs schedules.publish. Returns the feed with the token.';

create function scheduling.change_feed(feed_id uuid, revoke boolean) returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.calendar_feeds := scheduling.require_feed(change_feed.feed_id);
  after public.calendar_feeds;
begin
  update public.calendar_feeds f set key = gen_random_uuid(), revoked_at = case when revoke then coalesce(f.revoked_at, now()) end
  where f.id = before.id returning f.* into after;
  perform core.audit(after.organization_id, case when revoke then 'feed.revoked' else 'feed.rotated' end, 'feed', after.id,
    to_jsonb(before) - 'key', to_jsonb(after) - 'key');
  return scheduling.feed_document(after);
end $$;
grant execute on function scheduling.change_feed(uuid, boolean) to authenticated, service_role;
comment on function scheduling.change_feed(uuid, boolean) is 'See public.rotate_calendar_feed and public.revoke_calendar_feed.';

create function public.rotate_calendar_feed(feed_id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return scheduling.change_feed(feed_id, false); end $$;
grant execute on function public.rotate_calendar_feed(uuid) to authenticated, service_role;
comment on function public.rotate_calendar_feed(uuid) is
  'Gives a feed another link; the old one leads nowhere from now on. A revoked feed has a link again. Needs schedules.publish.';

create function public.revoke_calendar_feed(feed_id uuid) returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return scheduling.change_feed(feed_id, true); end $$;
grant execute on function public.revoke_calendar_feed(uuid) to authenticated, service_role;
comment on function public.revoke_calendar_feed(uuid) is 'From now on the link of the feed leads nowhere. Needs schedules.publish.';

create function scheduling.calendar_entries(feed public.calendar_feeds) returns jsonb
language plpgsql stable set search_path = '' set timezone = 'UTC' as $$
begin
  return coalesce((
    with told as (
      select g as game, r.game as gone, r.removed_at
      from public.games g
      left join scheduling.feed_removals r on r.subject_id = feed.subject_id and r.game_id = g.id
      where g.published and g.organization_id = feed.organization_id and g.plays_on > current_date - 400
        and case feed.kind when 'team' then feed.subject_id in (g.home_team_id, g.away_team_id)
          when 'venue' then g.venue_id = feed.subject_id else g.schedule_id = feed.subject_id end
      union all
      select null, r.game, r.removed_at from scheduling.feed_removals r
      where r.subject_id = feed.subject_id and r.removed_at > now() - interval '90 days' and not exists (
        select from public.games g
        where g.id = (r.game).id and g.published and g.organization_id = feed.organization_id
          and case feed.kind when 'team' then feed.subject_id in (g.home_team_id, g.away_team_id)
            when 'venue' then g.venue_id = feed.subject_id else g.schedule_id = feed.subject_id end)
    ), entries as (
      select (coalesce(t.game, t.gone)).*, t.game is null as removed,
        -- What comes back counts on from where it was cancelled.
        greatest((t.game).version, (t.gone).version + case when t.game is null then 1 else 2 end) as sequence,
        greatest((t.game).updated_at, t.removed_at) as told_at
      from told t
    )
    select jsonb_agg(jsonb_build_object('id', e.id, 'sequence', e.sequence, 'created_at', e.created_at, 'updated_at', e.told_at,
        'status', case when e.removed then 'cancelled' else e.status end, 'date', e.plays_on, 'starts_at', e.starts_at, 'ends_at', e.ends_at,
        'wall_start', e.starts_at at time zone z.name, 'wall_end', e.ends_at at time zone z.name, 'time_zone', z.name,
        'home', h.name, 'away', a.name, 'neutral', e.neutral, 'venue', v.name, 'address', v.address, 'latitude', v.latitude, 'longitude', v.longitude,
        'home_score', e.home_score, 'away_score', e.away_score, 'network', w.network) order by e.plays_on, e.id)
    from entries e
    left join public.teams h on h.id = e.home_team_id
    left join public.teams a on a.id = e.away_team_id
    left join public.venues v on v.id = e.venue_id
    left join public.tv_windows w on w.id = e.tv_window_id
    cross join lateral (select coalesce(v.time_zone, h.time_zone, 'UTC') as name) z), '[]');
end $$;
comment on function scheduling.calendar_entries(public.calendar_feeds) is
  'What a feed tells: its published games of the last 400 days and to come, and as cancelled what has left it.';

create function scheduling.read_feed(token text) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  feed public.calendar_feeds;
  name text;
begin
  select f.* into feed from public.calendar_feeds f where f.key = core.uuid_or_null(split_part(read_feed.token, '.', 1)) and f.revoked_at is null;
  -- Digests are compared, so that the time taken tells nothing of the signature.
  if feed.id is null or extensions.digest(read_feed.token, 'sha256')
    is distinct from extensions.digest(coalesce(core.link_token('feed', feed.key), ''), 'sha256') then
    perform core.raise_error(404, 'not_found', 'This link leads nowhere, or no longer.');
  end if;
  name := case feed.kind when 'team' then (select t.name from public.teams t where t.id = feed.subject_id)
    when 'venue' then (select v.name from public.venues v where v.id = feed.subject_id)
    else (select s.name from public.schedules s where s.id = feed.subject_id) end;
  return jsonb_build_object('name', coalesce(name, ''), 'entries', scheduling.calendar_entries(feed));
end $$;
grant execute on function scheduling.read_feed(text) to anon, authenticated, service_role;
comment on function scheduling.read_feed(text) is 'See public.read_calendar_feed.';

create function public.read_calendar_feed(token text) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$ begin return scheduling.read_feed(token); end $$;
grant execute on function public.read_calendar_feed(text) to anon, authenticated, service_role;
comment on function public.read_calendar_feed(text) is
  'What a calendar that subscribed by a link is told: {name, entries}. The token is the proof: PT404 not_found for any other.';

create function scheduling.schedule_calendar(schedule_id uuid) returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  scope public.imports := scheduling.require_export(schedule_id, null, null, 'games');
  feed public.calendar_feeds;
begin
  feed.organization_id := scope.organization_id;
  feed.kind := 'schedule';
  feed.subject_id := scope.schedule_id;
  return jsonb_build_object('name', (select s.name from public.schedules s where s.id = feed.subject_id), 'entries', scheduling.calendar_entries(feed));
end $$;
grant execute on function scheduling.schedule_calendar(uuid) to authenticated, service_role;
comment on function scheduling.schedule_calendar(uuid) is 'See public.schedule_calendar.';

create function public.schedule_calendar(schedule_id uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$ begin return scheduling.schedule_calendar(schedule_id); end $$;
grant execute on function public.schedule_calendar(uuid) to authenticated, service_role;
comment on function public.schedule_calendar(uuid) is 'The published games of a schedule as its feed tells them, for those who may export it.';
