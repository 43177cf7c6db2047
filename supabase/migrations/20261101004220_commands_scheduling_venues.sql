-- Scheduling, commands on venues: resources of the calendar at which games are played. All need schedules.manage.
--
-- Hours, dated hours and blackouts of a venue are the calendar's: set_weekly_hours, set_date_override and add_absence take
-- the venue's id. Locks: resource, location, venue, streams, in this order, as the calendar's commands and the triggers of 004000
-- take them. So it is the resource's row that keeps two editors apart, and not the head of its stream, which comes last.

create function scheduling.add_resource(
  organization_id uuid, kind text, name text, time_zone text, capacity int, location_id uuid
) returns public.resources
language plpgsql volatile
set search_path = ''
as $$
declare
  resource public.resources;
begin
  if not core.is_time_zone(time_zone) then
    perform core.raise_error(422, 'invalid_input', 'There is no such time zone.', '{"field": "time_zone"}');
  end if;
  insert into public.resources (organization_id, kind, name, time_zone, capacity, location_id)
  values (organization_id, kind, btrim(name), time_zone, capacity, location_id)
  returning * into resource;
  perform calendar.record_change(resource, 'resource.created', null, to_jsonb(resource));
  return resource;
end;
$$;
comment on function scheduling.add_resource(uuid, text, text, text, int, uuid) is 'The calendar''s resource of a new team or venue, with its event.';

create function scheduling.change_resource(resource_id uuid, changes jsonb) returns void
language plpgsql volatile
set search_path = ''
as $$
declare
  before public.resources;
  after public.resources;
begin
  select r.* into strict before from public.resources r where r.id = resource_id for no key update;
  after := jsonb_populate_record(before, changes);
  if after is not distinct from before then
    return;
  elsif not core.is_time_zone(after.time_zone) then
    perform core.raise_error(422, 'invalid_input', 'There is no such time zone.', '{"field": "time_zone"}');
  elsif exists (select from public.service_group_members m where m.resource_id = before.id) then
    perform core.require(before.organization_id, 'resources.manage');
  end if;
  update public.resources r set name = btrim(after.name), time_zone = after.time_zone, capacity = after.capacity, active = after.active,
    location_id = after.location_id, updated_at = now()
  where r.id = before.id returning r.* into after;
  perform calendar.record_change(after, 'resource.updated', to_jsonb(before), to_jsonb(after));
end;
$$;
comment on function scheduling.change_resource(uuid, jsonb) is
  'Changes name, time_zone, capacity, active or location_id of the resource of a team or venue, with its event; nothing where nothing differs. Needs resources.manage where services are booked at it.';

create function scheduling.home_zone(organization_id uuid) returns text
language plpgsql stable
set search_path = ''
as $$ begin return (select o.time_zone from public.organizations o where o.id = organization_id); end $$;
comment on function scheduling.home_zone(uuid) is 'The organization''s time zone, where none is given.';

create function scheduling.require_venue(venue_id uuid, permission text) returns public.venues
language plpgsql stable
set search_path = ''
as $$
declare
  venue public.venues;
begin
  select v.* into venue from public.venues v where v.id = venue_id;
  if venue.id is null or not core.is_member_or_service(venue.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such venue.');
  end if;
  perform core.require(venue.organization_id, permission);
  return venue;
end;
$$;
comment on function scheduling.require_venue(uuid, text) is 'The venue, if the caller has the permission. PT404 for who is no member, PT403.';

create function scheduling.check_place(venue jsonb) returns void
language plpgsql immutable
set search_path = ''
as $$
begin
  if venue ? 'location_id' and venue ?| array['address', 'latitude', 'longitude'] then
    perform core.raise_error(422, 'invalid_input', 'A venue is at a location there is (location_id), or at a place of its own.',
      '{"field": "location_id"}');
  elsif (venue ? 'latitude') <> (venue ? 'longitude') or (venue ->> 'latitude' is null) <> (venue ->> 'longitude' is null) then
    perform core.raise_error(422, 'invalid_input', 'Latitude and longitude go together.', '{"field": "latitude"}');
  end if;
end;
$$;
comment on function scheduling.check_place(jsonb) is 'PT422 unless it names a location or a place of its own, whole.';

create function scheduling.check_location(organization_id uuid, location_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$
begin
  if location_id is not null then
    perform from public.locations l where l.organization_id = check_location.organization_id and l.id = location_id for share;
    if not found then
      perform calendar.refuse_location();
    end if;
  end if;
end;
$$;
comment on function scheduling.check_location(uuid, uuid) is
  'PT422 where the organization has no such location; locks it, so that what is copied of it is what it says.';

create function scheduling.lock_resource(resource_id uuid) returns void
language plpgsql volatile
set search_path = ''
as $$ begin perform from public.resources r where r.id = resource_id for update; end $$;
comment on function scheduling.lock_resource(uuid) is
  'Keeps others from changing a team or venue: the resource that it is. Read it again afterwards.';

create function scheduling.adopt_resource(organization_id uuid, venue jsonb) returns public.resources
language plpgsql volatile
set search_path = ''
as $$
declare
  resource public.resources;
begin
  -- Whose capacity and zone are the services' that are booked at it, too.
  perform core.require(organization_id, 'resources.manage');
  if venue ?| array['name', 'games_at_once', 'time_zone', 'location_id', 'address', 'latitude', 'longitude'] then
    perform core.raise_error(422, 'invalid_input', 'Name, place, zone and capacity are those of the resource.', '{"field": "resource_id"}');
  end if;
  select r.* into resource from public.resources r
  where r.id = (venue ->> 'resource_id')::uuid and r.organization_id = adopt_resource.organization_id and r.kind = 'venue' for update;
  if resource.id is null then
    perform core.raise_error(422, 'invalid_input', 'The organization has no such resource of kind venue.', '{"field": "resource_id"}');
  elsif exists (select from public.venues v where v.id = resource.id) then
    perform scheduling.refuse_taken('venue', 'resource_id');
  end if;
  return resource;
end;
$$;
comment on function scheduling.adopt_resource(uuid, jsonb) is
  'The resource that becomes a venue: of the organization, of kind venue, and none yet. Needs resources.manage. PT422, PT409 name_taken.';

create function scheduling.build_venue(organization_id uuid, venue jsonb) returns public.resources
language plpgsql volatile
set search_path = ''
as $$
declare
  location public.locations;
  zone text := coalesce(venue ->> 'time_zone', scheduling.home_zone(organization_id));
begin
  perform scheduling.require_fields(venue, array['name']);
  perform scheduling.check_place(venue);
  perform scheduling.check_location(organization_id, (venue ->> 'location_id')::uuid);
  if coalesce(venue ->> 'address', venue ->> 'latitude') is not null then
    insert into public.locations (organization_id, name, time_zone, address, latitude, longitude)
    values (organization_id, btrim(venue ->> 'name'), zone, venue ->> 'address', (venue ->> 'latitude')::float8, (venue ->> 'longitude')::float8)
    returning * into location;
    perform calendar.record_location(location, 'location.created', null);
  end if;
  return scheduling.add_resource(organization_id, 'venue', venue ->> 'name', zone, coalesce((venue ->> 'games_at_once')::int, 1),
    coalesce((venue ->> 'location_id')::uuid, location.id));
end;
$$;
comment on function scheduling.build_venue(uuid, jsonb) is 'The resource of a new venue, at its location or one of its own.';

create function scheduling.create_venue(organization_id uuid, venue jsonb, idempotency_key text) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  resource public.resources;
  made public.venues;
  answer jsonb;
begin
  perform core.require(organization_id, 'schedules.manage');
  perform core.refuse_unknown_keys(venue, array['name', 'code', 'spectators', 'games_at_once', 'time_zone', 'location_id', 'address',
    'latitude', 'longitude', 'resource_id']);
  answer := core.recall('venue.create', organization_id, idempotency_key, venue);
  if answer is not null then
    return answer;
  end if;
  if venue ->> 'resource_id' is not null then
    resource := scheduling.adopt_resource(organization_id, venue);
  else
    resource := scheduling.build_venue(organization_id, venue);
  end if;
  begin
    insert into public.venues (id, organization_id, code, spectators)
    values (resource.id, organization_id, venue ->> 'code', (venue ->> 'spectators')::int)
    returning * into made;
  exception when unique_violation then
    perform scheduling.refuse_taken('venue', 'code');
  end;
  perform scheduling.record_change(made.organization_id, 'venue.created', made.id, jsonb_build_object('active', made.active), null, to_jsonb(made));
  return core.keep('venue.create', organization_id, idempotency_key, to_jsonb(made));
end;
$$;
comment on function scheduling.create_venue(uuid, jsonb, text) is 'See public.create_venue.';
grant execute on function scheduling.create_venue(uuid, jsonb, text) to authenticated, service_role;

create function scheduling.move_venue(venue public.venues, changes jsonb) returns uuid
language plpgsql volatile
set search_path = ''
as $$
declare
  before public.locations;
  after public.locations;
  resource public.resources;
begin
  select r.* into strict resource from public.resources r where r.id = venue.id;
  select l.* into before from public.locations l where l.id = resource.location_id for no key update;
  after := jsonb_populate_record(before, changes);
  -- A place that others are at stays where it is: the venue gets one of its own.
  if before.id is null or exists (select from public.resources r where r.location_id = before.id and r.id <> venue.id)
    or exists (select from public.queues q where q.location_id = before.id) then
    insert into public.locations (organization_id, name, time_zone, address, latitude, longitude)
    values (venue.organization_id, venue.name, resource.time_zone, after.address, after.latitude, after.longitude)
    returning * into after;
    perform calendar.record_location(after, 'location.created', null);
  else
    update public.locations l set address = after.address, latitude = after.latitude, longitude = after.longitude, updated_at = now()
    where l.id = before.id returning l.* into after;
    perform calendar.record_location(after, 'location.updated', to_jsonb(before));
  end if;
  return after.id;
end;
$$;
comment on function scheduling.move_venue(public.venues, jsonb) is
  'Changes address, latitude and longitude; returns the location, another one where others are at the one before.';

create function scheduling.update_venue(venue_id uuid, changes jsonb, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  before public.venues := scheduling.require_venue(venue_id, 'schedules.manage');
  after public.venues;
  resource jsonb;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'code', 'spectators', 'games_at_once', 'time_zone', 'location_id', 'address',
    'latitude', 'longitude', 'active']);
  perform scheduling.check_place(changes);
  perform scheduling.lock_resource(venue_id);
  before := scheduling.require_venue(venue_id, 'schedules.manage');
  perform scheduling.check_version(before.version, expected_version);
  perform scheduling.check_location(before.organization_id, (changes ->> 'location_id')::uuid);
  resource := jsonb_strip_nulls(jsonb_build_object('name', changes -> 'name', 'time_zone', changes -> 'time_zone',
    'capacity', changes -> 'games_at_once', 'active', changes -> 'active'));
  if changes ? 'location_id' then
    resource := resource || jsonb_build_object('location_id', changes -> 'location_id');
  elsif changes ?| array['address', 'latitude'] then
    resource := resource || jsonb_build_object('location_id', scheduling.move_venue(before, changes));
  end if;
  perform scheduling.change_resource(before.id, resource);
  after := jsonb_populate_record(before, changes);
  begin
    update public.venues v set code = after.code, spectators = after.spectators, version = before.version + 1, updated_at = now()
    where v.id = before.id returning v.* into after;
  exception when unique_violation then
    perform scheduling.refuse_taken('venue', 'code');
  end;
  perform scheduling.record_change(after.organization_id, 'venue.updated', after.id, jsonb_build_object('active', after.active),
    to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end;
$$;
comment on function scheduling.update_venue(uuid, jsonb, bigint) is 'See public.update_venue.';
grant execute on function scheduling.update_venue(uuid, jsonb, bigint) to authenticated, service_role;

create function scheduling.remove_resource(organization_id uuid, kind text, resource_id uuid, data jsonb, used boolean) returns boolean
language plpgsql volatile
set search_path = ''
as $$
declare
  resource public.resources;
  services int;
begin
  select r.* into strict resource from public.resources r where r.id = resource_id;
  select count(distinct m.service_id) into services from public.service_group_members m where m.resource_id = resource.id;
  if used and services > 0 then
    perform core.raise_error(409, 'in_use', 'It would be retired, and services are booked at it: take it out of them first.',
      jsonb_build_object('services', services));
  elsif used then
    perform scheduling.change_resource(resource_id, '{"active": false}');
    perform scheduling.record_change(organization_id, case kind when 'venue' then 'venue.retired' else 'team.retired' end, resource_id,
      data || '{"active": false}', '{"active": true}', '{"active": false}');
    return false;
  end if;
  if services > 0 or exists (select from calendar.claims c where c.resource_id = resource.id) then
    -- It is a resource of others too, and remains theirs.
    delete from public.venues v where v.id = resource.id;
    delete from public.teams t where t.id = resource.id;
  else
    delete from public.resources r where r.id = resource.id;
  end if;
  perform scheduling.record_change(organization_id, case kind when 'venue' then 'venue.deleted' else 'team.deleted' end, resource_id,
    data || '{"active": false}', to_jsonb(resource), null);
  return true;
end;
$$;
comment on function scheduling.remove_resource(uuid, text, uuid, jsonb, boolean) is
  'Deletes a team or venue, with its resource where nobody else books that; where the league uses it, it is retired: PT409 in_use {services} where services are booked at it. Returns whether it was deleted.';

create function scheduling.delete_venue(venue_id uuid, expected_version bigint) returns jsonb
language plpgsql volatile security definer
set search_path = ''
as $$
declare
  venue public.venues := scheduling.require_venue(venue_id, 'schedules.manage');
  deleted boolean;
begin
  perform scheduling.lock_resource(venue_id);
  venue := scheduling.require_venue(venue_id, 'schedules.manage');
  perform scheduling.check_version(venue.version, expected_version);
  -- Whoever puts a game or a team here holds a key-share of it (scheduling.require_venues) until it is done.
  perform from public.venues v where v.id = venue.id for update;
  deleted := scheduling.remove_resource(venue.organization_id, 'venue', venue.id, '{}',
    exists (select from public.teams t where t.organization_id = venue.organization_id and t.venue_id = venue.id)
    or exists (select from public.games g where g.venue_id = venue.id));
  return jsonb_build_object('id', venue.id, 'outcome', case when deleted then 'deleted' else 'retired' end);
end;
$$;
comment on function scheduling.delete_venue(uuid, bigint) is 'See public.delete_venue.';
grant execute on function scheduling.delete_venue(uuid, bigint) to authenticated, service_role;

create function scheduling.require_venues(organization_id uuid, venue_ids uuid[]) returns void
language plpgsql volatile
set search_path = ''
set plan_cache_mode = force_generic_plan
as $$
declare
  unknown uuid[];
begin
  -- Locked in one order, so that nobody deletes them while games are put there.
  perform from public.venues v
  where v.organization_id = require_venues.organization_id and v.id = any (venue_ids) order by v.id for key share;
  select array_agg(distinct u.id) into unknown
  from unnest(venue_ids) u(id)
  where u.id is not null
    and not exists (select from public.venues v where v.id = u.id and v.organization_id = require_venues.organization_id);
  if unknown is not null then
    perform core.raise_error(422, 'invalid_input', 'There is no such venue in the organization.',
      jsonb_build_object('field', 'venue_id', 'venue_ids', unknown));
  end if;
end;
$$;
comment on function scheduling.require_venues(uuid, uuid[]) is
  'PT422 {venue_ids} unless they are venues of the organization (nulls are none); locks them against deletion. For who puts games or teams there.';
