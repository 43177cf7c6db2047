-- What the plugins keep and hear: answers kept for a while, and the events that end them.

create function core.cache_lookup(keys text[]) returns jsonb
language plpgsql stable security definer
set search_path = ''
as $$
declare
  kept core.response_cache;
begin
  perform core.require_service();
  select c.* into kept from core.response_cache c
  where c.key = any (array(select decode(k, 'hex') from unnest(keys) k)) and c.expires_at > now()
  order by c.stored_at desc limit 1;
  return case when kept.key is not null then jsonb_build_object('status', kept.status, 'headers', kept.headers,
    'body', encode(kept.body, 'base64'), 'age', floor(extract(epoch from now() - kept.stored_at))) end;
end;
$$;
comment on function core.cache_lookup(text[]) is 'The answer kept under one of these keys; null when there is none in force.';
grant execute on function core.cache_lookup(text[]) to service_role;

create function core.cache_store(entry jsonb) returns boolean
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  organization uuid := entry ->> 'organization_id';
  service uuid := entry ->> 'service_id';
  content bytea := decode(entry ->> 'body', 'base64');
  full_now record;
begin
  perform core.require_service();
  -- Asked before the last change, answered after it: nobody knows which of both it shows.
  if exists (
    select from core.cache_invalidations i
    where i.organization_id = organization and i.service_id in (service, core.nil_uuid())
      and i.invalidated_at >= (entry ->> 'asked_at')::timestamptz
  ) or length(content) > 262144 then
    return false;
  end if;
  select count(*) as entries, coalesce(sum(octet_length(c.body)), 0) as bytes into full_now
  from core.response_cache c where c.organization_id = organization;
  if full_now.entries >= 1000 or full_now.bytes + length(content) > 33554432 then
    delete from core.response_cache c where c.key = any (array(
      select o.key from core.response_cache o where o.organization_id = organization
      order by o.expires_at limit 200 for update skip locked));
  end if;
  insert into core.response_cache (key, organization_id, service_id, status, headers, body, expires_at)
  values (decode(entry ->> 'key', 'hex'), organization, service, (entry ->> 'status')::int, entry -> 'headers', content,
    now() + make_interval(secs => least((entry ->> 'ttl_seconds')::int, 300)))
  on conflict on constraint response_cache_pkey do update set status = excluded.status, headers = excluded.headers,
    body = excluded.body, stored_at = excluded.stored_at, expires_at = excluded.expires_at;
  return true;
end;
$$;
comment on function core.cache_store(jsonb) is
  'Keeps an answer for five minutes at most: 256 kB each, 1,000 and 32 MB an organization, the oldest make room.';
grant execute on function core.cache_store(jsonb) to service_role;

create function core.cache_invalidate(organization_id uuid, service_id uuid default null) returns int
language plpgsql volatile security definer
set search_path = ''
as $$
#variable_conflict use_variable
declare
  removed int;
begin
  perform core.require_service();
  insert into core.cache_invalidations (organization_id, service_id, invalidated_at)
  values (organization_id, coalesce(service_id, core.nil_uuid()), clock_timestamp())
  on conflict on constraint cache_invalidations_pkey do update set invalidated_at = excluded.invalidated_at;
  delete from core.response_cache c
  where c.organization_id = cache_invalidate.organization_id and (service_id is null or c.service_id = cache_invalidate.service_id);
  get diagnostics removed = row_count;
  return removed;
end;
$$;
comment on function core.cache_invalidate(uuid, uuid) is
  'Forgets what is kept for an organization, of one service or of all, and what was asked for before now.';
grant execute on function core.cache_invalidate(uuid, uuid) to service_role;

create function core.clear_cache() returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  delete from core.response_cache c where c.expires_at < now();
  -- No request lives for so long.
  delete from core.cache_invalidations i where i.invalidated_at < now() - interval '15 minutes';
end;
$$;
comment on function core.clear_cache() is 'Removes what is kept no longer.';
select cron.schedule('core-clear-cache', '* * * * *', 'select core.clear_cache()');

-- events -------------------------------------------------------------------------------------------------------------

create function core.hear_events() returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  place core.plugin_cursor;
  from_tick core.ticks;
  to_tick core.ticks;
  made int := 0;
begin
  select c.* into place from core.plugin_cursor c for update skip locked;
  select t.* into to_tick from core.ticks t order by t.id desc limit 1;
  if place.tick_id is null or to_tick.id is null or to_tick.id = place.tick_id then
    return 0;
  end if;
  select t.* into from_tick from core.ticks t where t.id = place.tick_id;
  if from_tick.id is null or to_tick.id < from_tick.id then
    -- The log went on without us, or is another: nothing kept can be trusted.
    delete from core.response_cache;
  elsif exists (
    select from public.organization_plugins p join public.plugins k on k.name = p.plugin
    where p.enabled and cardinality(k.event_types) > 0
  ) then
    insert into core.jobs (queue, kind, payload)
    select 'platform', 'plugin_events', jsonb_build_object('organization_id', b.organization_id, 'plugin', b.plugin, 'config', b.config,
      'events', jsonb_agg(b.event order by b.position))
    from (
      select e.organization_id, p.plugin, p.config, e.position, (row_number() over (partition by p.organization_id, p.plugin order by e.position) - 1) / 500 as part,
        jsonb_build_object('id', e.id, 'type', e.type, 'aggregate_type', e.aggregate_type, 'aggregate_id', e.aggregate_id) as event
      from core.batch(from_tick, to_tick) e
      join public.organization_plugins p on p.organization_id = e.organization_id and p.enabled
      join public.plugins k on k.name = p.plugin
      where e.type like any (core.like_patterns(k.event_types))
    ) b
    group by b.organization_id, b.plugin, b.config, b.part;
    get diagnostics made = row_count;
  end if;
  update core.plugin_cursor c set tick_id = to_tick.id;
  return made;
end;
$$;
comment on function core.hear_events() is
  'Once a second: what happened in organizations whose plugins hear events, one job an organization and plugin.';
select cron.schedule('core-hear-events', '1 seconds', 'select core.hear_events()');

create function public.cache_lookup(keys text[]) returns jsonb
language sql stable security invoker
set search_path = ''
as $$ select core.cache_lookup(keys) $$;
comment on function public.cache_lookup(text[]) is 'For the gateway: an answer that is kept.';
grant execute on function public.cache_lookup(text[]) to service_role;

create function public.cache_store(entry jsonb) returns boolean
language sql volatile security invoker
set search_path = ''
as $$ select core.cache_store(entry) $$;
comment on function public.cache_store(jsonb) is 'For the gateway: keeps an answer; false where something changed meanwhile.';
grant execute on function public.cache_store(jsonb) to service_role;

create function public.cache_invalidate(organization_id uuid, service_id uuid default null) returns int
language sql volatile security invoker
set search_path = ''
as $$ select core.cache_invalidate(organization_id, service_id) $$;
comment on function public.cache_invalidate(uuid, uuid) is 'For the gateway: forgets what is kept for an organization.';
grant execute on function public.cache_invalidate(uuid, uuid) to service_role;
