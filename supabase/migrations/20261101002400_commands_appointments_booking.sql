-- Appointments, commands: book, and read one.
-- Order of locks: idempotency key, aggregate, claims. The claim is the only check of the calendar that counts; the
-- predicate before it says which teams to try and gives refusals their reason.

create function appointments.document(appointment public.appointments)
returns jsonb
language plpgsql stable security definer set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return (select jsonb_build_object(
    'id', appointment.id, 'organization_id', appointment.organization_id, 'service_id', appointment.service_id,
    'service_name', s.name, 'status', appointment.status, 'starts_at', appointment.starts_at, 'ends_at', appointment.ends_at,
    'time_zone', o.time_zone, 'location_id', appointment.location_id,
    'resources', (select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'name', r.name, 'kind', r.kind) order by r.kind, r.name), '[]')
      from public.resources r where r.id = any (appointment.resource_ids)),
    'customer_id', appointment.customer_id,
    'customer_name', (select p.display_name from public.profiles p where p.id = appointment.customer_id),
    'guest', case when appointment.guest_name is not null then jsonb_build_object(
      'name', appointment.guest_name, 'email', appointment.guest_email, 'phone', appointment.guest_phone) end,
    'session_id', appointment.session_id, 'series_id', appointment.series_id, 'party_size', appointment.party_size,
    'intake', appointment.intake, 'expires_at', appointment.expires_at, 'fee_due', appointment.fee_due,
    'notes', appointment.notes, 'cancellation_reason', appointment.cancellation_reason, 'reschedules', appointment.reschedules,
    'version', appointment.version, 'policy', appointment.policy,
    'created_at', appointment.created_at, 'updated_at', appointment.updated_at)
  from public.services s, public.organizations o
  where s.id = appointment.service_id and o.id = appointment.organization_id);
end $$;
comment on function appointments.document(public.appointments) is 'An appointment as commands answer it.';

-- What the event says is enough to rebuild the state (appointments.replay), and nothing of it is personal.
create function appointments.event_data(appointment public.appointments)
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('service_id', appointment.service_id, 'status', appointment.status,
    'starts_at', appointment.starts_at, 'ends_at', appointment.ends_at, 'resource_ids', appointment.resource_ids,
    'session_id', appointment.session_id, 'party_size', appointment.party_size);
end $$;
comment on function appointments.event_data(public.appointments) is 'The data that every appointment event carries.';

-- Round robin by load: the time claimed in the week around the slot, by weight, after priority.
create function appointments.turn(service_id uuid, choice_ids uuid[], around timestamptz)
returns numeric[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  return (
    select array[-coalesce(sum(m.priority), 0), coalesce(sum(claimed.seconds / m.weight), 0)]
    from public.service_group_members m
    cross join lateral (
      select coalesce(sum(extract(epoch from upper(c.during) - lower(c.during))), 0) as seconds
      from calendar.claims c
      where c.resource_id = m.resource_id
        and lower(c.during) >= around - interval '84 hours' and lower(c.during) < around + interval '84 hours'
    ) as claimed
    where m.service_id = turn.service_id and m.resource_id = any (choice_ids));
end $$;
comment on function appointments.turn(uuid, uuid[], timestamptz) is
  'Whose turn it is, the least first: the highest priority, then the least seconds claimed in the seven days around an instant for the weight.';

create function appointments.candidates(
  service public.services, terms appointments.terms, starts_at timestamptz, wanted_id uuid, ignoring uuid, present uuid[])
returns appointments.team[]
language plpgsql stable set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  offers appointments.team[] := array(
    select f.team from appointments.free_teams(service, terms, tstzrange(starts_at, starts_at, '[]'), wanted_id, ignoring) f);
begin
  if cardinality(offers) > 1 then
    offers := array(
      select o from unnest(offers) o
      order by (o.resource_ids @> present and o.resource_ids <@ present) desc nulls last,
        case when service.assignment = 'round_robin' then appointments.turn(service.id, o.choice_ids, starts_at) end,
        o.rank);
  end if;
  return offers;
end $$;
comment on function appointments.candidates(public.services, appointments.terms, timestamptz, uuid, uuid, uuid[]) is
  'The teams that can serve a start, best first: the present one if it can stay, then by the service''s assignment.';

create function appointments.take(team uuid[], claimed tstzrange, kind text, owner_id uuid, moving boolean, expires_at timestamptz)
returns void
language plpgsql set search_path = '' as $$
begin
  if moving then
    perform calendar.move(team, claimed, kind, owner_id, expires_at);
  else
    perform calendar.claim(team, claimed, kind, owner_id, expires_at);
  end if;
end $$;
comment on function appointments.take(uuid[], tstzrange, text, uuid, boolean, timestamptz) is
  'Claims a team for an owner (an appointment, a session or a hold), or moves the claims of one.';

-- Tries team after team. Each try but the last is a subtransaction, so that one that fails gives back what it took before
-- the next one takes anything: claims stay sorted, and bookers racing for the same people cannot deadlock.
create function appointments.assign(
  teams appointments.team[], claimed tstzrange, kind text, owner_id uuid, moving boolean default false, expires_at timestamptz default null)
returns uuid[]
language plpgsql set search_path = '' as $$
declare
  team appointments.team;
  tries integer := cardinality(teams);
begin
  if tries > 0 then
    perform calendar.clear_expired(case when tries = 1 then teams[1].resource_ids
      else array(select distinct m from unnest(teams) t, unnest(t.resource_ids) m) end, claimed);
  end if;
  for try in 1..tries loop
    team := teams[try];
    if try = tries then
      perform appointments.take(team.resource_ids, claimed, kind, owner_id, moving, expires_at);
      return team.resource_ids;
    end if;
    begin
      perform appointments.take(team.resource_ids, claimed, kind, owner_id, moving, expires_at);
      return team.resource_ids;
    exception when sqlstate 'PT409' then
      null;  -- someone was faster: the next team
    end;
  end loop;
  return null;
end $$;
comment on function appointments.assign(appointments.team[], tstzrange, text, uuid, boolean, timestamptz) is
  'Claims the first team that is still free and returns it; PT409 slot_taken when the last one is gone too, null when there is none to try.';

create type appointments.place as (starts_at timestamptz, ends_at timestamptz, resource_ids uuid[], session_id uuid);
comment on type appointments.place is 'What a booking or a hold has taken.';

create function appointments.take_team(
  service public.services, terms appointments.terms, starts_at timestamptz, resource_id uuid, kind text, owner_id uuid, expires_at timestamptz)
returns appointments.place
language plpgsql set search_path = '' as $$
declare
  team uuid[] := appointments.assign(appointments.candidates(service, terms, starts_at, resource_id, null, null),
    appointments.claimed(terms, starts_at), kind, owner_id, false, expires_at);
begin
  if team is null then
    perform appointments.refuse_start(service, terms, starts_at, resource_id, null);
  end if;
  return row(starts_at, starts_at + terms.duration, team, null)::appointments.place;
end $$;
comment on function appointments.take_team(public.services, appointments.terms, timestamptz, uuid, text, uuid, timestamptz) is
  'Claims a team for a start; PT409 slot_taken, PT422 slot_not_offered.';

create function appointments.take_place(service public.services, terms appointments.terms, request appointments.request, appointment_id uuid)
returns appointments.place
language plpgsql set search_path = '' as $$
begin
  if request.hold_id is not null then
    return appointments.use_hold(service, request, appointment_id);
  end if;
  if request.session_id is null and (request.starts_at is null or not isfinite(request.starts_at)) then
    perform core.raise_error(422, 'invalid_input', 'Say when the appointment starts.', '{"field": "starts_at"}');
  end if;
  if request.session_id is not null or service.seats > 1 then
    return appointments.take_seats(service, terms, request.starts_at, request.resource_id, request.session_id);
  end if;
  return appointments.take_team(service, terms, request.starts_at, request.resource_id, 'appointment', appointment_id,
    appointments.request_expiry(service, request.starts_at));
end $$;
comment on function appointments.take_place(public.services, appointments.terms, appointments.request, uuid) is
  'Takes what is asked for: what is held, seats of a session, or a team of its own.';

create function appointments.insert_booking(service public.services, request appointments.request)
returns jsonb
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  type text := case when service.requires_approval then 'appointment.requested' else 'appointment.booked' end;
  place appointments.place;
  appointment public.appointments;
begin
  perform appointments.check_party(service, request.party_size);
  perform appointments.check_intake(service.intake_fields, request.intake);
  perform appointments.join_bookings(service.organization_id);
  appointment.id := core.uuid_v7();
  place := appointments.take_place(service, appointments.service_terms(service, request.party_size), request, appointment.id);
  insert into public.appointments (id, organization_id, service_id, location_id, starts_at, ends_at, status, customer_id, booked_by,
    guest_name, guest_email, guest_phone, resource_ids, session_id, series_id, party_size, intake, policy, notes, expires_at)
  values (appointment.id, service.organization_id, service.id, calendar.location_of(place.resource_ids), place.starts_at, place.ends_at,
    case when service.requires_approval then 'pending' else 'booked' end, request.customer_id, core.actor_id(),
    trim(request.guest ->> 'name'), lower(request.guest ->> 'email'), nullif(trim(request.guest ->> 'phone'), ''),
    place.resource_ids, place.session_id, request.series_id, request.party_size, coalesce(request.intake, '{}'),
    appointments.policy_of(service), request.notes, appointments.request_expiry(service, place.starts_at))
  returning * into appointment;
  perform appointments.count_uses(service.organization_id, array[appointments.use_of(appointment, 1)]);
  perform core.append_event(appointment.organization_id, 'appointment', appointment.id, type, appointments.event_data(appointment), 0);
  perform core.audit(appointment.organization_id, type, 'appointment', appointment.id, null, appointments.event_data(appointment));
  return appointments.document(appointment);
end $$;
comment on function appointments.insert_booking(public.services, appointments.request) is
  'Takes what is asked for and writes the booking, its event and audit row; returns its document. The caller has been checked.';

create function appointments.book(service_id uuid, request appointments.request, hold_token text, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  service public.services;
  guest jsonb := request.guest;
  held public.holds;
  answer jsonb;
begin
  -- Asked first: who repeats a request has its answer, whether or not the service can still be booked.
  if idempotency_key is not null then
    select * into service from public.services s where s.id = book.service_id;
    answer := case when found then core.recall('appointment.book', service.organization_id, idempotency_key,
      jsonb_build_array(service_id, to_jsonb(request))) end;
  end if;
  if answer is null then
    service := appointments.require_bookable_service(service_id);
    request.customer_id := appointments.require_booker(service, request.customer_id, request.guest);
    if request.hold_id is not null then
      held := appointments.lock_hold(request.hold_id, hold_token);
    end if;
    request.party_size := coalesce(request.party_size, held.party_size, 1);
    answer := core.keep('appointment.book', service.organization_id, idempotency_key, appointments.insert_booking(service, request));
  end if;
  -- The link is made anew each time, so that none is kept with the answer.
  if guest is not null then
    answer := answer || jsonb_build_object('manage_token', core.link_token('appointment', (answer ->> 'id')::uuid));
  end if;
  return answer;
end $$;
grant execute on function appointments.book(uuid, appointments.request, text, text) to anon, authenticated, service_role;
comment on function appointments.book(uuid, appointments.request, text, text) is 'See public.book_appointment.';

-- Staff act on any appointment with appointments.manage, on those of their own calendar with appointments.manage_own;
-- customers on their own, guests by their link until 30 days after the end. To everyone else it does not exist.
create function appointments.standing(appointment public.appointments, manage_token text)
returns text
language plpgsql stable set search_path = '' as $$
begin
  -- Asked of an appointment that is not there too: a link that is not valid tells nothing of which ones are.
  if manage_token is not null then
    perform core.verify_link_token('appointment', appointment.id, manage_token);
    if appointment.ends_at < now() - interval '30 days' then
      perform core.raise_error(401, 'invalid_manage_token', 'This link has expired.');
    end if;
    return 'customer';
  end if;
  if core.has_permission(appointment.organization_id, 'appointments.manage') then
    return 'desk';
  end if;
  if core.has_permission(appointment.organization_id, 'appointments.manage_own') and exists (
    select from public.resources r where r.id = any (appointment.resource_ids) and r.user_id = core.actor_id()) then
    return 'desk';
  end if;
  if appointment.customer_id = core.actor_id() then
    return 'customer';
  end if;
  if core.has_permission(appointment.organization_id, 'appointments.read') then
    return 'reader';
  end if;
  return null;
end $$;
comment on function appointments.standing(public.appointments, text) is
  'What the caller is to an appointment: desk, customer, reader, or null (it does not exist for them).';

-- Volatile, so that a read after a lock sees what was committed while waiting for it.
create function appointments.find(appointment_id uuid)
returns public.appointments
language plpgsql volatile security definer set search_path = '' as $$
declare
  appointment public.appointments;
begin
  select * into appointment from public.appointments a where a.id = appointment_id;
  return appointment;
end $$;
comment on function appointments.find(uuid) is 'An appointment by its id, in whatever month.';

create function appointments.require_seen(appointment public.appointments, manage_token text)
returns text
language plpgsql stable set search_path = '' as $$
declare
  standing text := appointments.standing(appointment, manage_token);
begin
  if appointment.id is null or standing is null then
    perform core.raise_error(404, 'not_found', 'There is no such appointment.');
  end if;
  return standing;
end $$;
comment on function appointments.require_seen(public.appointments, text) is
  'What the caller is to an appointment that they want to see: desk, customer or reader. PT404 for anyone else.';

create function appointments.get(appointment_id uuid, manage_token text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  appointment public.appointments := appointments.find(appointment_id);
begin
  perform appointments.require_seen(appointment, manage_token);
  return appointments.document(appointment);
end $$;
grant execute on function appointments.get(uuid, text) to anon, authenticated, service_role;
comment on function appointments.get(uuid, text) is 'See public.get_appointment.';

create function appointments.require_standing(appointment public.appointments, manage_token text)
returns text
language plpgsql stable set search_path = '' as $$
declare
  standing text := appointments.require_seen(appointment, manage_token);
begin
  if standing = 'reader' then
    perform core.raise_error(403, 'permission_denied', 'You may read this appointment but not change it.',
      '{"permission": "appointments.manage"}');
  end if;
  return standing;
end $$;
comment on function appointments.require_standing(public.appointments, text) is
  'What the caller is to an appointment that they want to change: desk or customer. PT404, PT403.';

create type appointments.locked as (appointment public.appointments, standing text);
comment on type appointments.locked is 'An appointment under lock, and what the caller is to it.';

-- The lock is the stream's head, which never moves: the appointment's own row changes its partition when it is moved to
-- another month, and whoever waits for such a row is told 40001.
create function appointments.lock(appointment_id uuid, expected_version bigint, manage_token text)
returns appointments.locked
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked;
  was_with uuid[];
begin
  target.appointment := appointments.find(appointment_id);
  target.standing := appointments.require_standing(target.appointment, manage_token);
  perform core.lock_stream(appointment_id, expected_version);
  perform appointments.join_bookings((target.appointment).organization_id);
  was_with := (target.appointment).resource_ids;
  target.appointment := appointments.find(appointment_id);
  -- Someone may have moved it to another's calendar while this waited.
  if (target.appointment).resource_ids <> was_with then
    target.standing := appointments.require_standing(target.appointment, manage_token);
  end if;
  return target;
end $$;
comment on function appointments.lock(uuid, bigint, text) is
  'The appointment, locked, and the caller''s standing (desk or customer). PT404, PT403, PT409 version_conflict.';
