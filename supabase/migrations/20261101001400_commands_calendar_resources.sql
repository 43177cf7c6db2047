-- Calendar, commands on locations and resources: create, change, hours, overrides, absences, imported busy time.
-- Each needs resources.manage in the resource's organization, except that staff keep their own absences.

create function calendar.require_resource(resource_id uuid, permission text)
returns public.resources
language plpgsql stable security definer set search_path = '' as $$
declare
  resource public.resources;
begin
  select * into resource from public.resources r where r.id = require_resource.resource_id;
  if resource.id is null or not core.is_member_or_service(resource.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such resource.');
  end if;
  perform core.require(resource.organization_id, permission);
  return resource;
end $$;
comment on function calendar.require_resource(uuid, text) is
  'The resource, if the caller has the permission in its organization. Outsiders get PT404 not_found, as for an id that never was.';

create function calendar.record_change(resource public.resources, type text, before jsonb, after jsonb)
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(resource.organization_id, 'resource', resource.id, type,
    jsonb_build_object('kind', resource.kind, 'active', resource.active));
  perform core.audit(resource.organization_id, type, 'resource', resource.id, before, after);
end $$;
comment on function calendar.record_change(public.resources, text, jsonb, jsonb) is 'The event and the audit row of a change to a resource.';

create function calendar.require_account(organization_id uuid, user_id uuid)
returns void
language plpgsql stable set search_path = '' as $$
begin
  if user_id is not null and not exists (
    select from public.memberships m where m.organization_id = require_account.organization_id and m.user_id = require_account.user_id) then
    perform core.raise_error(422, 'invalid_input', 'The account of a member of staff must belong to the organization.', '{"field": "user_id"}');
  end if;
end $$;
comment on function calendar.require_account(uuid, uuid) is 'PT422 invalid_input unless the account, if any, belongs to the organization.';

create function calendar.refuse_location()
returns void
language plpgsql stable set search_path = '' as $$
begin
  perform core.raise_error(422, 'invalid_input', 'There is no such location in the organization.', '{"field": "location_id"}');
end $$;
comment on function calendar.refuse_location() is 'PT422 invalid_input: the location is of another organization, or none.';

create function calendar.create_resource(
  organization_id uuid, kind text, name text, time_zone text, capacity integer, user_id uuid, attributes jsonb, location_id uuid,
  idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  resource public.resources;
  answer jsonb;
begin
  perform core.require(organization_id, 'resources.manage');
  answer := core.recall('resource.create', organization_id, idempotency_key,
    jsonb_build_array(kind, name, time_zone, capacity, user_id, attributes, location_id));
  if answer is not null then
    return answer;
  end if;
  perform calendar.require_account(organization_id, user_id);
  begin
    insert into public.resources (organization_id, kind, name, time_zone, capacity, user_id, attributes, location_id)
    values (organization_id, kind, name, time_zone, capacity, user_id, attributes, location_id)
    returning * into resource;
  exception when foreign_key_violation then
    perform calendar.refuse_location();
  end;
  perform calendar.record_change(resource, 'resource.created', null, to_jsonb(resource));
  return core.keep('resource.create', organization_id, idempotency_key, to_jsonb(resource));
end $$;
grant execute on function calendar.create_resource(uuid, text, text, text, integer, uuid, jsonb, uuid, text) to authenticated, service_role;
comment on function calendar.create_resource(uuid, text, text, text, integer, uuid, jsonb, uuid, text) is 'See public.create_resource.';

create function public.create_resource(
  organization_id uuid, kind text, name text, time_zone text, capacity integer default 1, user_id uuid default null,
  attributes jsonb default '{}', location_id uuid default null, idempotency_key text default null)
returns jsonb
language sql security invoker set search_path = '' as $$
  select calendar.create_resource(organization_id, kind, name, time_zone, capacity, user_id, attributes, location_id, idempotency_key)
$$;
grant execute on function public.create_resource(uuid, text, text, text, integer, uuid, jsonb, uuid, text) to authenticated, service_role;
comment on function public.create_resource(uuid, text, text, text, integer, uuid, jsonb, uuid, text) is
  'Adds a resource (kind staff, room, equipment, venue or team; IANA time zone; capacity in seats; at a location of the organization). Needs resources.manage. Returns the resource.';

create function calendar.update_resource(resource_id uuid, changes jsonb)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.resources := calendar.require_resource(resource_id, 'resources.manage');
  after public.resources;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'time_zone', 'capacity', 'attributes', 'active', 'user_id', 'location_id']);
  perform calendar.require_account(before.organization_id, (changes ->> 'user_id')::uuid);
  begin
    update public.resources r set
      name = coalesce(changes ->> 'name', r.name),
      time_zone = coalesce(changes ->> 'time_zone', r.time_zone),
      capacity = coalesce((changes ->> 'capacity')::integer, r.capacity),
      attributes = coalesce(changes -> 'attributes', r.attributes),
      active = coalesce((changes ->> 'active')::boolean, r.active),
      user_id = case when changes ? 'user_id' then (changes ->> 'user_id')::uuid else r.user_id end,
      location_id = case when changes ? 'location_id' then (changes ->> 'location_id')::uuid else r.location_id end,
      updated_at = now()
    where r.id = before.id
    returning * into after;
  exception when foreign_key_violation then
    perform calendar.refuse_location();
  end;
  perform calendar.record_change(after, 'resource.updated', to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end $$;
grant execute on function calendar.update_resource(uuid, jsonb) to authenticated, service_role;
comment on function calendar.update_resource(uuid, jsonb) is 'See public.update_resource.';

create function public.update_resource(resource_id uuid, changes jsonb)
returns jsonb
language sql security invoker set search_path = '' as $$ select calendar.update_resource(resource_id, changes) $$;
grant execute on function public.update_resource(uuid, jsonb) to authenticated, service_role;
comment on function public.update_resource(uuid, jsonb) is
  'Changes name, time_zone, capacity, attributes, user_id, location_id or active (false retires it: nothing new is offered, what is booked stays). Needs resources.manage.';

create function calendar.require_location(location_id uuid, permission text)
returns public.locations
language plpgsql stable security definer set search_path = '' as $$
declare
  location public.locations;
begin
  select * into location from public.locations l where l.id = require_location.location_id;
  if location.id is null or not core.is_member_or_service(location.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such location.');
  end if;
  perform core.require(location.organization_id, permission);
  return location;
end $$;
comment on function calendar.require_location(uuid, text) is
  'The location, if the caller has the permission in its organization. Outsiders get PT404 not_found, as for an id that never was.';

create function calendar.record_location(location public.locations, type text, before jsonb)
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(location.organization_id, 'location', location.id, type, jsonb_build_object('active', location.active));
  perform core.audit(location.organization_id, type, 'location', location.id, before, to_jsonb(location));
end $$;
comment on function calendar.record_location(public.locations, text, jsonb) is 'The event and the audit row of a change to a location.';

create function calendar.create_location(
  organization_id uuid, name text, time_zone text, address text, latitude double precision, longitude double precision,
  idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  location public.locations;
  answer jsonb;
begin
  perform core.require(organization_id, 'resources.manage');
  answer := core.recall('location.create', organization_id, idempotency_key,
    jsonb_build_array(name, time_zone, address, latitude, longitude));
  if answer is not null then
    return answer;
  end if;
  insert into public.locations (organization_id, name, time_zone, address, latitude, longitude)
  values (organization_id, name, time_zone, address, latitude, longitude)
  returning * into location;
  perform calendar.record_location(location, 'location.created', null);
  return core.keep('location.create', organization_id, idempotency_key, to_jsonb(location));
end $$;
grant execute on function calendar.create_location(uuid, text, text, text, double precision, double precision, text) to authenticated, service_role;
comment on function calendar.create_location(uuid, text, text, text, double precision, double precision, text) is 'See public.create_location.';

create function public.create_location(
  organization_id uuid, name text, time_zone text, address text default null, latitude double precision default null,
  longitude double precision default null, idempotency_key text default null)
returns jsonb
language sql security invoker set search_path = '' as $$
  select calendar.create_location(organization_id, name, time_zone, address, latitude, longitude, idempotency_key)
$$;
grant execute on function public.create_location(uuid, text, text, text, double precision, double precision, text) to authenticated, service_role;
comment on function public.create_location(uuid, text, text, text, double precision, double precision, text) is
  'Adds a place of an organization: branch, clinic, campus (IANA time zone; WGS 84 degrees, both or neither). Needs resources.manage. Returns the location.';

create function calendar.update_location(location_id uuid, changes jsonb)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.locations := calendar.require_location(location_id, 'resources.manage');
  after public.locations;
begin
  perform core.refuse_unknown_keys(changes, array['name', 'time_zone', 'address', 'latitude', 'longitude', 'active']);
  update public.locations l set
    name = coalesce(changes ->> 'name', l.name),
    time_zone = coalesce(changes ->> 'time_zone', l.time_zone),
    address = case when changes ? 'address' then changes ->> 'address' else l.address end,
    latitude = case when changes ? 'latitude' then (changes ->> 'latitude')::double precision else l.latitude end,
    longitude = case when changes ? 'longitude' then (changes ->> 'longitude')::double precision else l.longitude end,
    active = coalesce((changes ->> 'active')::boolean, l.active),
    updated_at = now()
  where l.id = before.id
  returning * into after;
  perform calendar.record_location(after, 'location.updated', to_jsonb(before));
  return to_jsonb(after);
end $$;
grant execute on function calendar.update_location(uuid, jsonb) to authenticated, service_role;
comment on function calendar.update_location(uuid, jsonb) is 'See public.update_location.';

create function public.update_location(location_id uuid, changes jsonb)
returns jsonb
language sql security invoker set search_path = '' as $$ select calendar.update_location(location_id, changes) $$;
grant execute on function public.update_location(uuid, jsonb) to authenticated, service_role;
comment on function public.update_location(uuid, jsonb) is
  'Changes name, time_zone, address, latitude and longitude (null removes them) or active (false: found no more; what is booked stays). Needs resources.manage.';

create function calendar.set_weekly_hours(resource_id uuid, hours jsonb)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  resource public.resources := calendar.require_resource(resource_id, 'resources.manage');
  before jsonb;
begin
  perform core.require_array(hours, 'hours', 100);
  perform from public.resources r where r.id = resource.id for update;
  select jsonb_agg(to_jsonb(h) - 'resource_id' - 'organization_id') into before
    from public.weekly_hours h where h.resource_id = resource.id;
  delete from public.weekly_hours h where h.resource_id = resource.id;
  begin
    insert into public.weekly_hours (resource_id, organization_id, weekday, opens, closes)
    select resource.id, resource.organization_id, w.weekday, w.opens, w.closes
    from jsonb_to_recordset(hours) as w(weekday smallint, opens time, closes time);
  exception when unique_violation then
    perform core.raise_error(422, 'invalid_input', 'Two windows of a day open at the same time.', '{"field": "hours"}');
  end;
  perform calendar.record_change(resource, 'resource.hours_changed', before, hours);
end $$;
grant execute on function calendar.set_weekly_hours(uuid, jsonb) to authenticated, service_role;
comment on function calendar.set_weekly_hours(uuid, jsonb) is 'See public.set_weekly_hours.';

create function public.set_weekly_hours(resource_id uuid, hours jsonb)
returns void
language sql security invoker set search_path = '' as $$ select calendar.set_weekly_hours(resource_id, hours) $$;
grant execute on function public.set_weekly_hours(uuid, jsonb) to authenticated, service_role;
comment on function public.set_weekly_hours(uuid, jsonb) is
  'Replaces a resource''s week: [{"weekday": 1, "opens": "09:00", "closes": "17:00"}, …], ISO weekdays, closes <= opens runs past midnight. Needs resources.manage.';

create function calendar.set_date_override(resource_id uuid, day date, windows jsonb)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  resource public.resources := calendar.require_resource(resource_id, 'resources.manage');
  before jsonb;
begin
  perform from public.resources r where r.id = resource.id for update;
  select jsonb_agg(jsonb_build_object('opens', o.opens, 'closes', o.closes)) into before
    from public.date_overrides o where o.resource_id = resource.id and o.day = set_date_override.day;
  delete from public.date_overrides o where o.resource_id = resource.id and o.day = set_date_override.day;
  if windows is not null then
    perform core.require_array(windows, 'windows', 50);
    begin
      insert into public.date_overrides (resource_id, organization_id, day, opens, closes)
      select resource.id, resource.organization_id, set_date_override.day, w.opens, w.closes
      from jsonb_to_recordset(case when windows = '[]' then '[{}]' else windows end) as w(opens time, closes time);
    exception when unique_violation then
      perform core.raise_error(422, 'invalid_input', 'Two windows open at the same time.', '{"field": "windows"}');
    end;
    if windows <> '[]' and exists (
      select from public.date_overrides o where o.resource_id = resource.id and o.day = set_date_override.day and o.opens is null) then
      perform core.raise_error(422, 'invalid_input', 'Each window needs the times it opens and closes.', '{"field": "windows"}');
    end if;
  end if;
  perform calendar.record_change(resource, 'resource.hours_changed', before, jsonb_build_object('day', day, 'windows', windows));
end $$;
grant execute on function calendar.set_date_override(uuid, date, jsonb) to authenticated, service_role;
comment on function calendar.set_date_override(uuid, date, jsonb) is 'See public.set_date_override.';

create function public.set_date_override(resource_id uuid, day date, windows jsonb)
returns void
language sql security invoker set search_path = '' as $$ select calendar.set_date_override(resource_id, day, windows) $$;
grant execute on function public.set_date_override(uuid, date, jsonb) to authenticated, service_role;
comment on function public.set_date_override(uuid, date, jsonb) is
  'Gives one date hours of its own: [{"opens": "10:00", "closes": "12:00"}]; [] closes it, null brings the weekly hours back. Needs resources.manage.';

create function calendar.require_absence_keeper(resource_id uuid)
returns public.resources
language plpgsql stable security definer set search_path = '' as $$
declare
  resource public.resources := calendar.require_resource(resource_id, 'resources.read');
begin
  if resource.user_id is distinct from core.actor_id() or core.actor_id() is null then
    perform core.require(resource.organization_id, 'resources.manage');
  end if;
  return resource;
end $$;
comment on function calendar.require_absence_keeper(uuid) is 'The resource, if the caller manages resources or it is their own calendar.';

create function calendar.add_absence(resource_id uuid, starts_at timestamptz, ends_at timestamptz, reason text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  resource public.resources := calendar.require_absence_keeper(resource_id);
  absence public.absences;
begin
  if ends_at <= starts_at then
    perform core.raise_error(422, 'invalid_input', 'An absence ends after it starts.', '{"field": "ends_at"}');
  end if;
  insert into public.absences (resource_id, organization_id, during, reason)
  values (resource.id, resource.organization_id, tstzrange(starts_at, ends_at), reason)
  returning * into absence;
  perform calendar.record_change(resource, 'resource.absence_added', null, to_jsonb(absence));
  return jsonb_build_object('id', absence.id, 'resource_id', resource.id, 'starts_at', starts_at, 'ends_at', ends_at, 'reason', reason);
end $$;
grant execute on function calendar.add_absence(uuid, timestamptz, timestamptz, text) to authenticated, service_role;
comment on function calendar.add_absence(uuid, timestamptz, timestamptz, text) is 'See public.add_absence.';

create function public.add_absence(resource_id uuid, starts_at timestamptz, ends_at timestamptz, reason text default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select calendar.add_absence(resource_id, starts_at, ends_at, reason) $$;
grant execute on function public.add_absence(uuid, timestamptz, timestamptz, text) to authenticated, service_role;
comment on function public.add_absence(uuid, timestamptz, timestamptz, text) is
  'Takes a resource away for a time; nothing booked is touched. By resources.manage or the member of staff themself. Returns {id, resource_id, starts_at, ends_at, reason}.';

create function calendar.remove_absence(absence_id uuid)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  absence public.absences;
  resource public.resources;
begin
  select * into absence from public.absences a where a.id = absence_id;
  if absence.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such absence.');
  end if;
  resource := calendar.require_absence_keeper(absence.resource_id);
  delete from public.absences a where a.id = absence_id;
  if found then
    perform calendar.record_change(resource, 'resource.absence_removed', to_jsonb(absence), null);
  end if;
end $$;
grant execute on function calendar.remove_absence(uuid) to authenticated, service_role;
comment on function calendar.remove_absence(uuid) is 'See public.remove_absence.';

create function public.remove_absence(absence_id uuid)
returns void
language sql security invoker set search_path = '' as $$ select calendar.remove_absence(absence_id) $$;
grant execute on function public.remove_absence(uuid) to authenticated, service_role;
comment on function public.remove_absence(uuid) is 'Takes an absence back. By resources.manage or the member of staff themself.';

create function calendar.import_busy_times(resource_id uuid, source text, busy jsonb)
returns integer
language plpgsql security definer set search_path = '' as $$
declare
  resource public.resources := calendar.require_absence_keeper(resource_id);
  imported integer;
begin
  perform core.require_array(busy, 'busy', 10000);
  perform from public.resources r where r.id = resource.id for update;
  delete from calendar.busy_times b where b.resource_id = resource.id and b.source = import_busy_times.source;
  insert into calendar.busy_times (resource_id, source, external_id, during)
  select resource.id, import_busy_times.source, b.external_id, tstzrange(b.starts_at, b.ends_at)
  from jsonb_to_recordset(busy) as b(external_id text, starts_at timestamptz, ends_at timestamptz);
  get diagnostics imported = row_count;
  perform calendar.record_change(resource, 'resource.busy_times_imported', null,
    jsonb_build_object('source', source, 'count', imported));
  return imported;
end $$;
grant execute on function calendar.import_busy_times(uuid, text, jsonb) to authenticated, service_role;
comment on function calendar.import_busy_times(uuid, text, jsonb) is 'See public.import_busy_times.';

create function public.import_busy_times(resource_id uuid, source text, busy jsonb)
returns integer
language sql security invoker set search_path = '' as $$ select calendar.import_busy_times(resource_id, source, busy) $$;
grant execute on function public.import_busy_times(uuid, text, jsonb) to authenticated, service_role;
comment on function public.import_busy_times(uuid, text, jsonb) is
  'Replaces the busy time read from one outside calendar, at most 10,000 entries: [{"external_id", "starts_at", "ends_at"}]. Returns how many. By resources.manage or the member of staff themself.';
