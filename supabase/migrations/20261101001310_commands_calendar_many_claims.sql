-- Calendar, commands on many claims at once: what publishes a schedule takes every team's and venue's time together.
-- The order of locks is the one of single claims: resource, seat, start. A seat is filled for all times before the next one
-- is tried, so that the order holds for resources with several seats too, and nothing deadlocks.

create type calendar.wanted as (owner_id uuid, resource_id uuid, during tstzrange, open_during tstzrange);
comment on type calendar.wanted is
  'Time that an owner wants of a resource: all of it, with buffers (during), and the part in which the resource must be open.';

create function calendar.bookings_lock(organization_id uuid)
returns bigint
language plpgsql immutable set search_path = '' as $$
begin
  return hashtextextended('bookings ' || organization_id, 0);
end $$;
comment on function calendar.bookings_lock(uuid) is
  'The key of the advisory lock on what takes time in an organization: shared by each single command, alone for what takes many times one after the other.';

create function calendar.join_bookings(organization_id uuid)
returns void
language plpgsql set search_path = '' as $$
begin
  perform pg_advisory_xact_lock_shared(calendar.bookings_lock(organization_id));
end $$;
comment on function calendar.join_bookings(uuid) is 'After the heads of streams and before claims: beside other bookings, never beside a series of them.';

create function calendar.claim_all(wanted calendar.wanted[], kind text)
returns calendar.wanted[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  failed calendar.wanted[] := array[]::calendar.wanted[];
  left_over calendar.wanted[];
  resource record;
begin
  for resource in
    select r.id, r.capacity, array_agg(w order by lower(w.during), w.owner_id) as wanted
    from unnest(claim_all.wanted) w
    join public.resources r on r.id = w.resource_id
    group by r.id order by r.id
  loop
    left_over := resource.wanted;
    for seat_number in 1 .. resource.capacity loop
      exit when cardinality(left_over) = 0;
      with taken as (
        insert into calendar.claims as c (resource_id, seat, during, kind, owner_id)
        select resource.id, seat_number, w.during, claim_all.kind, w.owner_id
        from unnest(left_over) w order by lower(w.during), w.owner_id
        on conflict do nothing
        returning c.owner_id, c.during
      )
      select coalesce(array_agg(w order by lower(w.during), w.owner_id), '{}') into left_over
      from unnest(left_over) w
      where not exists (select from taken t where t.owner_id = w.owner_id and t.during = w.during);
    end loop;
    failed := failed || left_over;
  end loop;
  return failed;
end $$;
comment on function calendar.claim_all(calendar.wanted[], text) is
  'Claims a seat for each wanted time, as many as there are; returns those that found none. Whoever wants all or nothing raises an error then.';

create function calendar.release_all(owner_ids uuid[])
returns integer
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  released integer;
begin
  perform calendar.lock_claims(owner_ids);
  delete from calendar.claims c where c.owner_id = any (owner_ids);
  get diagnostics released = row_count;
  return released;
end $$;
comment on function calendar.release_all(uuid[]) is 'Gives back every claim of some owners; returns how many there were.';

-- Owners change places among themselves, so none can wait until another has gone. What they want and together do not hold yet is
-- taken first, in the name of the stand-in; then no one can come between, and all is laid out anew.
create function calendar.move_all(wanted calendar.wanted[], owner_ids uuid[], kind text, stand_in uuid)
returns calendar.wanted[]
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  failed calendar.wanted[] := array[]::calendar.wanted[];
  missing calendar.wanted[];
begin
  perform calendar.lock_claims(owner_ids);
  missing := array(
    select row(stand_in, n.resource_id, piece, null)::calendar.wanted
    from (select w.resource_id, range_agg(w.during) as during from unnest(move_all.wanted) w group by w.resource_id) n
    join public.resources r on r.id = n.resource_id and r.capacity = 1
    left join lateral (
      select range_agg(c.during) as during from calendar.claims c where c.resource_id = n.resource_id and c.owner_id = any (owner_ids)) held on true
    cross join unnest(n.during - coalesce(held.during, '{}')) as piece
    union all
    -- Of several seats each owner takes a new one before it gives back the old, or after, if there was none.
    select row(w.owner_id, w.resource_id, w.during, w.open_during)::calendar.wanted
    from unnest(move_all.wanted) w
    join public.resources r on r.id = w.resource_id and r.capacity > 1
    where not exists (select from calendar.claims c where c.owner_id = w.owner_id and c.resource_id = w.resource_id and c.during = w.during));
  failed := array(
    select w from unnest(calendar.claim_all(missing, kind)) f
    join unnest(move_all.wanted) w on w.resource_id = f.resource_id and w.during && f.during
    where f.owner_id = stand_in);
  delete from calendar.claims c
  using public.resources r
  where r.id = c.resource_id and c.owner_id = any (owner_ids || stand_in)
    and (r.capacity = 1 or not exists (
      select from unnest(move_all.wanted) w where w.owner_id = c.owner_id and w.resource_id = c.resource_id and w.during = c.during));
  return failed || calendar.claim_all(array(
    select w from unnest(move_all.wanted) w
    where w <> all (failed)
      and not exists (select from calendar.claims c where c.owner_id = w.owner_id and c.resource_id = w.resource_id and c.during = w.during)), kind);
end $$;
comment on function calendar.move_all(calendar.wanted[], uuid[], text, uuid) is
  'Makes the wanted times the only claims of some owners, without any of what they keep being free in between; returns what found no seat, and then the caller raises an error.';

create type calendar.obstacle as (owner_id uuid, resource_id uuid, kind text, during tstzrange, other_owner_id uuid);
comment on type calendar.obstacle is
  'What keeps an owner from a resource: a claim (its kind; whose it is stays inside), closed, absence, busy, retired.';

create function calendar.claims_in_the_way(wanted calendar.wanted[])
returns setof calendar.obstacle
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return query
    select w.owner_id, w.resource_id, c.kind, c.during, c.owner_id
    from unnest(wanted) w
    join calendar.claims c on c.resource_id = w.resource_id and c.during && w.during
    where c.owner_id <> w.owner_id and (c.expires_at is null or c.expires_at > now());
end $$;
comment on function calendar.claims_in_the_way(calendar.wanted[]) is 'The claims of others that overlap wanted times which found no seat.';

create function calendar.hours_of_some(resource_ids uuid[], within tstzrange)
returns table (resource_id uuid, open tstzmultirange)
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  with_hours uuid[] := array(select distinct h.resource_id from public.weekly_hours h where h.resource_id = any (resource_ids));
begin
  return query
    select w.id, coalesce(o.open, '{}')
    from unnest(with_hours) as w(id)
    left join calendar.open_hours(with_hours, within) o on o.resource_id = w.id
    union all
    select r.id, calendar.overridden_windows(r.id, calendar.zone_span(r.time_zone, within), tstzmultirange(within))
    from public.resources r
    where r.id = any (resource_ids) and r.id <> all (with_hours)
      and exists (select from public.date_overrides d where d.resource_id = r.id);
end $$;
comment on function calendar.hours_of_some(uuid[], tstzrange) is
  'When the resources that have hours are open. One without weekly hours is always open, but on the dates that an override closes or narrows; without either it has no row.';

create function calendar.closures(wanted calendar.wanted[])
returns setof calendar.obstacle
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  resource_ids uuid[] := array(select distinct w.resource_id from unnest(wanted) w);
  whole tstzrange := (select range_merge(range_agg(w.during)) from unnest(wanted) w);
begin
  return query
    select w.owner_id, w.resource_id, 'retired', w.during, null::uuid
    from unnest(wanted) w join public.resources r on r.id = w.resource_id
    where not r.active
    union all
    select w.owner_id, w.resource_id, 'absence', x.during, null::uuid
    from unnest(wanted) w join public.absences x on x.resource_id = w.resource_id and x.during && w.during
    union all
    select w.owner_id, w.resource_id, 'busy', b.during, null::uuid
    from unnest(wanted) w join calendar.busy_times b on b.resource_id = w.resource_id and b.during && w.during
    union all
    select w.owner_id, w.resource_id, 'closed', w.open_during, null::uuid
    from unnest(wanted) w
    join calendar.hours_of_some(resource_ids, tstzrange(lower(whole) - interval '2 days', upper(whole) + interval '2 days')) o
      on o.resource_id = w.resource_id
    join public.resources r on r.id = w.resource_id and r.active
    where not o.open @> w.open_during;
end $$;
comment on function calendar.closures(calendar.wanted[]) is
  'Where wanted times meet no claim but a resource that is retired, away, busy elsewhere or closed. Hours must cover open_during, buffers may lie outside of them.';
