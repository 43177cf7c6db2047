-- Reading the log: an organization's history page by page, and all that happened to one thing.
--
-- Whoever has events.read reads everything of their organization; others what happens in domains whose `<domain>.read`
-- they have. Pages are bounded by position or version: good for what lies back. To follow what comes, see 000740.

create function core.can_read_domain(organization_id uuid, domain text) returns boolean
language plpgsql stable
set search_path = ''
as $$
begin
  -- The organization's own events tell who joined and left.
  return core.has_permission(organization_id, case domain when 'organization' then 'members.read' else domain || '.read' end)
    or core.has_permission(organization_id, 'events.read');
end;
$$;
comment on function core.can_read_domain(uuid, text) is
  'Whether the caller may read the events of a domain: with events.read, or <domain>.read (of the organization itself: members.read).';

create function core.readable_aggregates(organization_id uuid) returns text[]
language plpgsql stable
set search_path = ''
as $$
declare
  readable text[];
begin
  if core.has_permission(organization_id, 'events.read') then
    return null;
  end if;
  select array_agg(t.aggregate_type) into readable
  from core.aggregate_types t
  join (select d.domain from core.aggregate_types d group by d.domain having core.can_read_domain(organization_id, d.domain)) open
    on open.domain = t.domain;
  if readable is null then
    perform core.require_in(organization_id, 'events.read');
  end if;
  return readable;
end;
$$;
comment on function core.readable_aggregates(uuid) is
  'The kinds of aggregates whose events the caller may read in the organization; null: all. Refuses whoever may read none.';

create function core.type_patterns(types text[]) returns text[]
language plpgsql immutable
set search_path = ''
as $$
begin
  if cardinality(types) > 100 or exists (
    select from unnest(types) t where t is null or t !~ '^(\*|[a-z][a-z_]*\.(\*|[a-z][a-z_]*))$'
  ) then
    perform core.raise_error(422, 'invalid_input', 'Name at most 100 types: appointment.booked, appointment.* or *.', '{"field": "types"}');
  end if;
  return case when cardinality(types) > 0 and '*' <> all (types) then core.like_patterns(types) end;
end;
$$;
comment on function core.type_patterns(text[]) is
  'Types and patterns of types, for LIKE; null: all. Refuses what is neither.';

create function core.check_page(page_limit int, most int) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if page_limit is null or page_limit not between 1 and most then
    perform core.raise_error(422, 'invalid_input', format('A page has 1 to %s events.', most), '{"field": "limit"}');
  end if;
end;
$$;
comment on function core.check_page(int, int) is 'Refuses a page of no size, or of too great a size.';

-- history ------------------------------------------------------------------------------------------------------------

create function core.list_events(
  organization_id uuid,
  types text[],
  aggregate_type text,
  aggregate_id uuid,
  since timestamptz,
  until timestamptz,
  after_position bigint,
  before_position bigint,
  page_limit int
) returns jsonb
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
#variable_conflict use_variable
declare
  readable text[] := core.readable_aggregates(organization_id);
  patterns text[] := core.type_patterns(types);
  above bigint := coalesce(after_position, 0);
  below bigint := coalesce(before_position, 9223372036854775807);
  earliest timestamptz := coalesce(since, '-infinity');
  latest timestamptz := coalesce(until, 'infinity');
  page core.events[];
begin
  perform core.check_page(page_limit, 1000);
  -- One more than asked for tells whether there are more. Four orders are four statements, so that each has its index.
  if aggregate_id is not null and after_position is not null then
    page := array(
      select e from core.events e
      where e.aggregate_id = list_events.aggregate_id and e.organization_id = list_events.organization_id
        and e.position > above and e.position < below
        and e.recorded_at >= earliest and e.recorded_at < latest
        and (patterns is null or e.type like any (patterns))
        and (aggregate_type is null or e.aggregate_type = list_events.aggregate_type)
        and (readable is null or e.aggregate_type = any (readable))
      order by e.version
      limit page_limit + 1);
  elsif aggregate_id is not null then
    page := array(
      select e from core.events e
      where e.aggregate_id = list_events.aggregate_id and e.organization_id = list_events.organization_id
        and e.position > above and e.position < below
        and e.recorded_at >= earliest and e.recorded_at < latest
        and (patterns is null or e.type like any (patterns))
        and (aggregate_type is null or e.aggregate_type = list_events.aggregate_type)
        and (readable is null or e.aggregate_type = any (readable))
      order by e.version desc
      limit page_limit + 1);
  elsif after_position is not null then
    page := array(
      select e from core.events e
      where e.organization_id = list_events.organization_id and e.position > above and e.position < below
        and e.recorded_at >= earliest and e.recorded_at < latest
        and (patterns is null or e.type like any (patterns))
        and (aggregate_type is null or e.aggregate_type = list_events.aggregate_type)
        and (readable is null or e.aggregate_type = any (readable))
      order by e.position
      limit page_limit + 1);
  else
    page := array(
      select e from core.events e
      where e.organization_id = list_events.organization_id and e.position > above and e.position < below
        and e.recorded_at >= earliest and e.recorded_at < latest
        and (patterns is null or e.type like any (patterns))
        and (aggregate_type is null or e.aggregate_type = list_events.aggregate_type)
        and (readable is null or e.aggregate_type = any (readable))
      order by e.position desc
      limit page_limit + 1);
  end if;
  return jsonb_build_object(
    'events', core.cloud_events(page[:page_limit]),
    'next', case when cardinality(page) > page_limit then page[page_limit].position end);
end;
$$;
comment on function core.list_events(uuid, text[], text, uuid, timestamptz, timestamptz, bigint, bigint, int) is
  'A page of what the caller may read of an organization''s log, the newest first; the oldest first when it goes on after a position.';
grant execute on function core.list_events(uuid, text[], text, uuid, timestamptz, timestamptz, bigint, bigint, int) to authenticated, service_role;

create function core.cloud_events(events core.events[]) returns jsonb
language plpgsql stable
set search_path = ''
as $$
declare
  documents jsonb[] := '{}';
  event core.events;
begin
  foreach event in array events loop
    documents := documents || core.cloud_event(event);
  end loop;
  return to_jsonb(documents);
end;
$$;
comment on function core.cloud_events(core.events[]) is 'Events as everyone outside gets them, in the same order.';

create function public.list_events(
  organization_id uuid,
  types text[] default null,
  aggregate_type text default null,
  aggregate_id uuid default null,
  since timestamptz default null,
  until timestamptz default null,
  after_position bigint default null,
  before_position bigint default null,
  page_limit int default 100
) returns jsonb
language sql stable security invoker
set search_path = ''
as $$
  select core.list_events(organization_id, types, aggregate_type, aggregate_id, since, until, after_position, before_position, page_limit)
$$;
comment on function public.list_events(uuid, text[], text, uuid, timestamptz, timestamptz, bigint, bigint, int) is
  'An organization''s log by pages: {events, next}, each event a CloudEvents 1.0 document. The newest first; with '
  'after_position (0 at first) the oldest first. Pass `next` as the same position for the next page; null: the last. '
  'Needs events.read, or tells of the domains the caller may read. To follow what comes, use read_events_after.';
grant execute on function public.list_events(uuid, text[], text, uuid, timestamptz, timestamptz, bigint, bigint, int) to authenticated, service_role;

-- one aggregate ------------------------------------------------------------------------------------------------------

create function core.get_stream(aggregate_id uuid, after_version bigint, page_limit int) returns jsonb
language plpgsql stable security definer
set search_path = ''
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  head core.streams;
  page core.events[];
begin
  perform core.check_page(page_limit, 1000);
  select s.* into head from core.streams s where s.aggregate_id = get_stream.aggregate_id;
  -- What one may not read is answered as if it were not there: an id tells nothing.
  if head.aggregate_id is null or not (case
      when head.organization_id is null then coalesce(head.aggregate_id = auth.uid() or core.is_service() or core.is_super_admin(), false)
      else core.can_read_domain(head.organization_id,
        coalesce((select t.domain from core.aggregate_types t where t.aggregate_type = head.aggregate_type), 'events'))
    end) then
    perform core.raise_error(404, 'not_found', 'There is no such stream.');
  end if;
  page := array(
    select e from core.events e
    where e.aggregate_id = head.aggregate_id and e.version > coalesce(after_version, 0)
      and e.organization_id is not distinct from head.organization_id and e.aggregate_type = head.aggregate_type
    order by e.version
    limit page_limit + 1);
  return jsonb_build_object(
    'aggregate_id', head.aggregate_id,
    'aggregate_type', head.aggregate_type,
    'organization_id', head.organization_id,
    'version', head.version,
    'events', core.cloud_events(page[:page_limit]),
    'next', case when cardinality(page) > page_limit then page[page_limit].version end);
end;
$$;
comment on function core.get_stream(uuid, bigint, int) is 'A page of all that happened to one thing, the oldest first.';
grant execute on function core.get_stream(uuid, bigint, int) to authenticated, service_role;

create function public.get_stream(aggregate_id uuid, after_version bigint default 0, page_limit int default 100) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.get_stream(aggregate_id, after_version, page_limit) $$;
comment on function public.get_stream(uuid, bigint, int) is
  'All that happened to one thing, the oldest first: {aggregate_id, aggregate_type, organization_id, version, events, next}; '
  'pass `next` as after_version for the next page. Months behind the retention are gone: then it begins with a later version.';
grant execute on function public.get_stream(uuid, bigint, int) to authenticated, service_role;
