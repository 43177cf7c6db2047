-- Following the log without gaps, by a cursor that its reader keeps: for clients that come back after a while.
--
-- A cursor is a snapshot: all it sees has been read. A page is what is visible now and was not then, in the order of
-- positions; in the middle of a window the cursor holds both snapshots and the last position. As between two ticks,
-- a position that commits late is not missed, and a transaction that stays open holds nobody up.

create function core.log_identity() returns text
language plpgsql stable
set search_path = ''
as $$
begin
  -- Transaction numbers mean something in one cluster only.
  return left(md5((select c.system_identifier from pg_control_system() c)::text), 8);
end;
$$;
comment on function core.log_identity() is 'Which cluster''s transaction numbers the log has.';

create function core.settled_snapshot() returns pg_snapshot
language plpgsql stable
set search_path = ''
as $$
declare
  now_seen pg_snapshot := pg_current_snapshot();
  own xid8 := pg_current_xact_id_if_assigned();
begin
  if own is null or own >= pg_snapshot_xmax(now_seen) or not pg_visible_in_snapshot(own, now_seen) then
    return now_seen;
  end if;
  -- A snapshot counts its own transaction as finished, and more may come of it.
  return format('%s:%s:%s', least(own::text::numeric, pg_snapshot_xmin(now_seen)::text::numeric), pg_snapshot_xmax(now_seen),
    array_to_string(array(
      select x from (select pg_snapshot_xip(now_seen) as x union select own) open order by x::text::numeric), ','))::pg_snapshot;
end;
$$;
comment on function core.settled_snapshot() is 'What has committed, without the caller''s own transaction.';

create function core.follow_cursor(seen pg_snapshot, floor bigint, until pg_snapshot, next_floor bigint, last bigint) returns text
language plpgsql stable
set search_path = ''
as $$
begin
  return translate(encode(convert_to(concat_ws('|', core.log_identity(), extract(epoch from now())::bigint,
    seen, floor, until, next_floor, last), 'UTF8'), 'base64'), E'+/=\n', '-_');
end;
$$;
comment on function core.follow_cursor(pg_snapshot, bigint, pg_snapshot, bigint, bigint) is
  'A cursor as text: cluster, time, what was seen and its floor; in the middle of a window the window''s end, its floor and the last position.';

create function core.follow_parts(cursor text) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  part text[];
begin
  -- Whatever was sent: what is no cursor of ours is told so, and never an error of another kind.
  if length(cursor) <= 20000 and cursor ~ '^[A-Za-z0-9_-]+$' and length(cursor) % 4 <> 1 then
    begin
      part := string_to_array(convert_from(decode(rpad(translate(cursor, '-_', '+/'), (length(cursor) + 3) / 4 * 4, '='), 'base64'), 'UTF8'), '|');
      perform part[3]::pg_snapshot, part[4]::bigint, part[5]::pg_snapshot, part[6]::bigint, part[7]::bigint;
    exception when others then
      part := null;
    end;
  end if;
  if part is null or cardinality(part) not in (4, 7) or part[2] !~ '^[0-9]{1,11}$' then
    perform core.raise_error(400, 'invalid_cursor', 'The cursor is not one of ours.');
  elsif part[1] <> core.log_identity()
    or pg_snapshot_xmax(coalesce(part[5], part[3])::pg_snapshot) > pg_snapshot_xmax(pg_current_snapshot())
    or to_timestamp(part[2]::bigint) < now() - interval '7 days' then
    perform core.raise_error(410, 'cursor_expired', 'What came after this cursor may be gone. Read the present state, and follow from now.');
  end if;
  return part;
end;
$$;
comment on function core.follow_parts(text) is 'The parts of a cursor: PT400 invalid_cursor for what is none, PT410 cursor_expired.';

-- Appending locks the stream's head first, which gives the transaction its number, and then takes the position. So who
-- has a greater number than a ticker has greater positions than that ticker read; the few that were in progress are
-- probed by their numbers. (A snapshot's xmax is no bound: who is beyond it may have begun long ago.)
create function core.events_between(
  organization_id uuid,
  patterns text[],
  readable text[],
  seen pg_snapshot,
  floor bigint,
  until pg_snapshot,
  last bigint,
  page_limit int
) returns core.events[]
language plpgsql stable
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_hashjoin = off
as $$
#variable_conflict use_variable
declare
  open xid8[] := array(select pg_snapshot_xip(seen));
  early core.events[] := '{}';
begin
  if cardinality(open) > 0 and last < floor then
    early := array(
      select e from core.events e
      where e.transaction_id = any (open)
        and e.organization_id = events_between.organization_id and e.position > last and e.position <= floor
        and pg_visible_in_snapshot(e.transaction_id, until)
        and (patterns is null or e.type like any (patterns))
        and (readable is null or e.aggregate_type = any (readable))
      order by e.position
      limit page_limit);
  end if;
  return early || array(
    select e from core.events e
    where e.organization_id = events_between.organization_id and e.position > greatest(floor, last)
      and pg_visible_in_snapshot(e.transaction_id, until) and not pg_visible_in_snapshot(e.transaction_id, seen)
      and (patterns is null or e.type like any (patterns))
      and (readable is null or e.aggregate_type = any (readable))
    order by e.position
    limit page_limit - cardinality(early));
end;
$$;
comment on function core.events_between(uuid, text[], text[], pg_snapshot, bigint, pg_snapshot, bigint, int) is
  'What one snapshot sees and an earlier one did not, after a position, in the order of positions. `floor`: nobody beyond the '
  'earlier snapshot''s xmax has a position up to it.';

create function core.read_events_after(organization_id uuid, types text[], cursor text, page_limit int) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  readable text[] := core.readable_aggregates(organization_id);
  patterns text[] := core.type_patterns(types);
  part text[];
  next_floor bigint;
  until pg_snapshot;
  page core.events[];
  full_page boolean;
begin
  perform core.check_page(page_limit, 1000);
  if cursor is not null then
    part := core.follow_parts(cursor);
  end if;
  if cardinality(part) = 7 then
    until := part[5]::pg_snapshot;
    next_floor := part[6]::bigint;
  else
    until := core.settled_snapshot();
    next_floor := coalesce(
      (select t.position from core.ticks t where t.transaction_id < pg_snapshot_xmax(until) order by t.id desc limit 1), 0);
  end if;
  if part is null then
    return jsonb_build_object('events', '[]'::jsonb, 'more', false, 'cursor', core.follow_cursor(until, next_floor, null, null, null));
  end if;
  page := core.events_between(organization_id, patterns, readable, part[3]::pg_snapshot, part[4]::bigint, until,
    coalesce(part[7]::bigint, 0), page_limit);
  full_page := cardinality(page) = page_limit;
  return jsonb_build_object(
    'events', core.cloud_events(page),
    'more', full_page,
    'cursor', case when full_page
      then core.follow_cursor(part[3]::pg_snapshot, part[4]::bigint, until, next_floor, page[page_limit].position)
      else core.follow_cursor(until, next_floor, null, null, null) end);
end;
$$;
comment on function core.read_events_after(uuid, text[], text, int) is
  'What has become visible since the cursor was given, and the cursor to go on with. Without one: nothing, and the cursor of now.';
grant execute on function core.read_events_after(uuid, text[], text, int) to authenticated, service_role;

create function public.read_events_after(organization_id uuid, types text[] default null, cursor text default null, page_limit int default 100)
returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.read_events_after(organization_id, types, cursor, page_limit) $$;
comment on function public.read_events_after(uuid, text[], text, int) is
  'Follows the log without gaps: {events, cursor, more}. Without a cursor: no events, and the cursor of now. Keep the cursor and '
  'pass it unchanged, with the same types, at once while `more`. No event is missed and none comes twice. 410 cursor_expired '
  'after seven days, or when the database was moved. Who may read what: as list_events.';
grant execute on function public.read_events_after(uuid, text[], text, int) to authenticated, service_role;

create function core.event_topics(organization_id uuid, types text[]) returns setof text
language plpgsql stable security definer
set search_path = ''
as $$
declare
  patterns text[] := core.type_patterns(types);
begin
  return query
  select topic.name
  from (
    select distinct 'org:' || event_topics.organization_id || ':' || coalesce(a.domain, 'events') as name
    from public.event_types t
    left join core.aggregate_types a on a.aggregate_type = t.aggregate_type
    where (t.organization_id is null or t.organization_id = event_topics.organization_id)
      and a.domain is distinct from 'profile'
      and (patterns is null or t.type like any (patterns))
  ) topic
  where core.can_read_topic(topic.name)
  order by topic.name;
end;
$$;
comment on function core.event_topics(uuid, text[]) is 'See public.event_topics.';
grant execute on function core.event_topics(uuid, text[]) to authenticated, service_role;

create function public.event_topics(organization_id uuid, types text[] default null) returns setof text
language sql stable security invoker
set search_path = ''
as $$ select * from core.event_topics(organization_id, types) $$;
comment on function public.event_topics(uuid, text[]) is
  'The private Realtime topics on which events of these types are hinted and to which the caller may listen. None: nothing to listen to.';
grant execute on function public.event_topics(uuid, text[]) to authenticated, service_role;
