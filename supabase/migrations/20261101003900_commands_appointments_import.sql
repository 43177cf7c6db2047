-- Appointments, import: what another system has booked, up to 1,000 at a call.
-- Each row is a booking like any other (claims, appointment, event, audit) but for what is offered: opening hours, notice
-- and horizon do not bind what has been agreed elsewhere, or is past. Nothing is double booked: the claims decide. A row
-- that is refused is listed with its reason; one that was imported before, known by its external id, is not done twice.

create table appointments.imports (
  organization_id uuid not null references public.organizations (id) on delete cascade,
  external_id text not null,
  appointment_id uuid not null,
  primary key (organization_id, external_id),
  constraint external_id_is_short check (length(external_id) between 1 and 200)
);
comment on table appointments.imports is 'Which appointments came from another system, and what they were called there.';
alter table appointments.imports enable row level security;

create type appointments.import_row as (
  service_id uuid, resource_id uuid, starts_at timestamptz, ends_at timestamptz, status text, customer_id uuid, guest jsonb,
  notes text, party_size integer, external_id text, booked_at timestamptz);
comment on type appointments.import_row is 'An appointment as another system tells it.';

create function appointments.require_importable(line appointments.import_row, service public.services, organization_id uuid)
returns void
language plpgsql stable set search_path = '' as $$
declare
  field text := case
    when service.id is null or service.organization_id <> organization_id then 'service_id'
    when line.starts_at is null or not isfinite(line.starts_at) or line.starts_at < '1970-01-01Z'
      or line.starts_at > now() + interval '17544 hours' then 'starts_at'
    when line.ends_at <= line.starts_at or line.ends_at > line.starts_at + interval '24 hours' then 'ends_at'
    when line.status is null or line.status not in ('booked', 'fulfilled', 'no_show', 'cancelled') then 'status'
    when line.status in ('fulfilled', 'no_show') and line.starts_at > now() then 'status'
    when coalesce(length(line.external_id), 0) not between 1 and 200 then 'external_id'
    when (line.customer_id is null) = (line.guest is null) then 'customer_id'
  end;
begin
  if field is null and line.customer_id is not null then
    perform from public.profiles p where p.id = line.customer_id;
    if not found then
      field := 'customer_id';
    end if;
  end if;
  if field is not null then
    perform core.raise_error(422, 'invalid_input', format('%s is missing or does not fit.', field), jsonb_build_object('field', field));
  end if;
end $$;
comment on function appointments.require_importable(appointments.import_row, public.services, uuid) is
  'PT422 invalid_input {field} unless a row names a service of the organization, a start, a status, one customer or guest, and its external id.';

create function appointments.claim_any(teams appointments.team[], claimed tstzrange, appointment_id uuid)
returns uuid[]
language plpgsql set search_path = '' as $$
begin
  -- A second round only where an expired hold was in the way of the first.
  for round in 1 .. 2 loop
    for try in 1 .. cardinality(teams) loop
      begin
        perform calendar.claim((teams[try]).resource_ids, claimed, 'appointment', appointment_id);
        return (teams[try]).resource_ids;
      exception when sqlstate 'PT409' then
        if try = cardinality(teams) and (round = 2
          or not calendar.clear_expired(array(select distinct m from unnest(teams) t, unnest(t.resource_ids) m), claimed)) then
          raise;
        end if;
      end;
    end loop;
  end loop;
end $$;
comment on function appointments.claim_any(appointments.team[], tstzrange, uuid) is
  'Claims the first team that is free, whatever its hours, and returns it; PT409 slot_taken when none is.';

-- People who attend together share the session of their start; who comes first opens it.
create function appointments.import_seats(
  service public.services, teams appointments.team[], starts_at timestamptz, ends_at timestamptz, claimed tstzrange, party integer)
returns public.group_sessions
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  session public.group_sessions;
begin
  for session in
    select g.* from public.group_sessions g
    where g.service_id = service.id and g.starts_at = import_seats.starts_at and g.status = 'open'
      and (select count(*) from unnest(teams) t where t.resource_ids = g.resource_ids) > 0
    order by g.id
  loop
    session := appointments.take_seats_of(session.id, party);
    if session.id is not null then
      return session;
    end if;
  end loop;
  session.id := core.uuid_v7();
  session.resource_ids := appointments.claim_any(teams, claimed, session.id);
  insert into public.group_sessions (id, organization_id, service_id, location_id, starts_at, ends_at, resource_ids, seats, seats_taken, planned)
  values (session.id, service.organization_id, service.id, calendar.location_of(session.resource_ids), starts_at, ends_at,
    session.resource_ids, service.seats, party, false)
  returning * into session;
  perform appointments.record_session(session, 'session.opened', null);
  return session;
end $$;
comment on function appointments.import_seats(public.services, appointments.team[], timestamptz, timestamptz, tstzrange, integer) is
  'Takes seats of a session at a start, or opens one, whatever the hours. PT409 slot_taken.';

create function appointments.import_one(line appointments.import_row, service public.services, teams appointments.team[])
returns uuid
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  terms appointments.terms := appointments.service_terms(service);
  party integer := coalesce(line.party_size, 1);
  claimed tstzrange;
  session public.group_sessions;
  appointment public.appointments;
begin
  perform appointments.check_party(service, party);
  if cardinality(teams) = 0 then
    perform core.raise_error(422, 'invalid_input', 'Nobody there serves this.', '{"field": "resource_id"}');
  end if;
  appointment.id := core.uuid_v7();
  appointment.ends_at := coalesce(line.ends_at, line.starts_at + terms.duration);
  appointment.resource_ids := (teams[1]).resource_ids;
  claimed := tstzrange(line.starts_at - terms.lead, appointment.ends_at + terms.trail);
  -- What was missed or cancelled has given its time back.
  if line.status in ('booked', 'fulfilled') and service.seats > 1 then
    session := appointments.import_seats(service, teams, line.starts_at, appointment.ends_at, claimed, party);
    appointment.resource_ids := session.resource_ids;
  elsif line.status in ('booked', 'fulfilled') then
    appointment.resource_ids := appointments.claim_any(teams, claimed, appointment.id);
  end if;
  insert into public.appointments (id, organization_id, service_id, location_id, starts_at, ends_at, status, previous_status, customer_id,
    guest_name, guest_email, guest_phone, resource_ids, session_id, party_size, policy, notes, created_at)
  values (appointment.id, service.organization_id, service.id,
    calendar.location_of(appointment.resource_ids),
    line.starts_at, appointment.ends_at, line.status, case when line.status <> 'booked' then 'booked' end, line.customer_id,
    trim(line.guest ->> 'name'), lower(line.guest ->> 'email'), nullif(trim(line.guest ->> 'phone'), ''), appointment.resource_ids,
    session.id, party,
    appointments.policy_of(service) || jsonb_build_object('duration_minutes', ceil(extract(epoch from appointment.ends_at - line.starts_at) / 60)::integer),
    nullif(line.notes, ''), least(coalesce(line.booked_at, now()), now()))
  returning * into appointment;
  insert into appointments.imports (organization_id, external_id, appointment_id)
  values (service.organization_id, line.external_id, appointment.id);
  perform core.append_event(appointment.organization_id, 'appointment', appointment.id, 'appointment.imported', appointments.event_data(appointment), 0);
  perform core.audit(appointment.organization_id, 'appointment.imported', 'appointment', appointment.id, null,
    appointments.event_data(appointment) || jsonb_build_object('external_id', line.external_id));
  return appointment.id;
end $$;
comment on function appointments.import_one(appointments.import_row, public.services, appointments.team[]) is
  'Books a row: claims, appointment, event, audit; returns the appointment''s id.';

-- The first import finds the tables empty: plans made then must not read them whole when it has filled them.
create function appointments.import(organization_id uuid, appointments jsonb, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' set enable_seqscan = off as $$
declare
  answer jsonb;
  line record;
  service public.services;
  wanted_id uuid;
  teams appointments.team[];
  appointment_id uuid;
  results jsonb[] := '{}';
  counts integer[] := '{0,0,0}';
  code text;
  state text;
  hint text;
  detail text;
begin
  perform core.require(organization_id, 'appointments.manage');
  perform core.require_array(appointments, 'appointments', 1000);
  answer := core.recall('appointment.import', organization_id, idempotency_key, appointments);
  if answer is not null then
    return answer;
  end if;
  -- One import of an organization at a time, and in the order of its calendars: two of the same rows do not deadlock.
  perform pg_advisory_xact_lock(hashtextextended('import:' || organization_id, 0));
  perform appointments.join_bookings(organization_id);
  for line in
    select e.place, e.value, core.uuid_or_null(e.value ->> 'service_id') as service_id, core.uuid_or_null(e.value ->> 'resource_id') as resource_id,
      e.value ->> 'external_id' as external_id
    from jsonb_array_elements(appointments) with ordinality as e(value, place)
    order by 3, 4, e.value ->> 'starts_at', e.place
  loop
    select i.appointment_id into appointment_id from appointments.imports i
      where i.organization_id = import.organization_id and i.external_id = line.external_id;
    if found then
      counts[2] := counts[2] + 1;
      results := results || jsonb_build_object('row', line.place, 'external_id', line.external_id, 'outcome', 'repeated', 'appointment_id', appointment_id);
      continue;
    end if;
    begin
      if service.id is distinct from line.service_id then
        select * into service from public.services s where s.id = line.service_id;
        teams := null;
      end if;
      if teams is null or wanted_id is distinct from line.resource_id then
        wanted_id := line.resource_id;
        teams := appointments.teams(line.service_id, wanted_id);
      end if;
      perform appointments.require_importable(jsonb_populate_record(null::appointments.import_row, line.value), service, organization_id);
      appointment_id := appointments.import_one(jsonb_populate_record(null::appointments.import_row, line.value), service, teams);
      counts[1] := counts[1] + 1;
      results := results || jsonb_build_object('row', line.place, 'external_id', line.external_id, 'outcome', 'imported', 'appointment_id', appointment_id);
    exception when others then
      get stacked diagnostics state = returned_sqlstate, code = message_text, hint = pg_exception_hint, detail = pg_exception_detail;
      -- What the row is to blame for is listed; all else ends the call, to be sent again.
      if state !~ '^(PT|22|23502|23514)' then
        raise;
      end if;
      counts[3] := counts[3] + 1;
      results := results || (jsonb_build_object('row', line.place, 'external_id', line.external_id, 'outcome', 'failed')
        || case when state like 'PT%' then jsonb_build_object('code', code, 'hint', hint, 'detail', coalesce(nullif(detail, ''), '{}')::jsonb)
          else '{"code": "invalid_input", "hint": "A value does not fit its field.", "detail": {}}' end);
    end;
  end loop;
  perform appointments.count_imported(organization_id, array(
    select (r ->> 'appointment_id')::uuid from unnest(results) r where r ->> 'outcome' = 'imported'));
  answer := jsonb_build_object('imported', counts[1], 'repeated', counts[2], 'failed', counts[3],
    'results', (select coalesce(jsonb_agg(r order by (r ->> 'row')::integer), '[]') from unnest(results) r));
  return core.keep('appointment.import', organization_id, idempotency_key, answer);
end $$;
grant execute on function appointments.import(uuid, jsonb, text) to authenticated, service_role;
comment on function appointments.import(uuid, jsonb, text) is 'See public.import_appointments.';

create function public.import_appointments(organization_id uuid, appointments jsonb, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.import(organization_id, import_appointments.appointments, idempotency_key);
end $$;
grant execute on function public.import_appointments(uuid, jsonb, text) to authenticated, service_role;
comment on function public.import_appointments(uuid, jsonb, text) is
  'Books what another system has booked, at most 1,000 rows: [{"external_id", "service_id", "resource_id", "starts_at", "ends_at", "status", "customer_id" or "guest", "notes", "party_size", "booked_at"}], status booked, fulfilled, no_show or cancelled; the past is allowed, a double booking is not. Returns {imported, repeated, failed, results: [{row, external_id, outcome, appointment_id or code, hint, detail}]}; rows known by their external_id are not done twice. Needs appointments.manage.';
