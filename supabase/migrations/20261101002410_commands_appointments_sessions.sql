-- Appointments, commands on sessions: seats of a start that several people attend together.
-- Order of locks: aggregates (appointments, holds), then sessions' rows by id, then claims. The row's constraint counts.

create function appointments.take_seats_of(session_id uuid, party integer)
returns public.group_sessions
language plpgsql set search_path = '' as $$
declare
  session public.group_sessions;
begin
  update public.group_sessions g set seats_taken = g.seats_taken + party
  where g.id = session_id and g.status = 'open' and g.seats_taken + party <= g.seats
  returning * into session;
  return session;
end $$;
comment on function appointments.take_seats_of(uuid, integer) is 'Takes seats of a session; a row of nulls when there are not enough left.';

create function appointments.open_session(
  service public.services, terms appointments.terms, starts_at timestamptz, resource_id uuid, seats integer, seats_taken integer, planned boolean)
returns public.group_sessions
language plpgsql set search_path = '' as $$
declare
  session public.group_sessions;
  place appointments.place;
begin
  session.id := core.uuid_v7();
  place := appointments.take_team(service, terms, starts_at, resource_id, 'appointment', session.id, null);
  insert into public.group_sessions (id, organization_id, service_id, location_id, starts_at, ends_at, resource_ids, seats, seats_taken, planned)
  values (session.id, service.organization_id, service.id, calendar.location_of(place.resource_ids), place.starts_at, place.ends_at,
    place.resource_ids, seats, seats_taken, planned)
  returning * into session;
  perform appointments.count_uses(session.organization_id, array[appointments.session_use(session, 1)]);
  perform appointments.record_session(session, 'session.opened', null);
  return session;
end $$;
comment on function appointments.open_session(public.services, appointments.terms, timestamptz, uuid, integer, integer, boolean) is
  'Claims a team for a session and opens it. PT409 slot_taken, PT422 slot_not_offered.';

create function appointments.record_session(session public.group_sessions, type text, before jsonb)
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(session.organization_id, 'session', session.id, type, jsonb_build_object(
    'service_id', session.service_id, 'status', session.status, 'starts_at', session.starts_at, 'ends_at', session.ends_at,
    'resource_ids', session.resource_ids, 'seats', session.seats));
  perform core.audit(session.organization_id, type, 'session', session.id, before, to_jsonb(session));
end $$;
comment on function appointments.record_session(public.group_sessions, text, jsonb) is 'The event and the audit row of a change to a session.';

-- Two who are first at once both open: one gets the team, the other is refused it, looks again and joins.
create function appointments.take_seats(
  service public.services, terms appointments.terms, starts_at timestamptz, wanted_id uuid, session_id uuid)
returns appointments.place
language plpgsql set search_path = '' as $$
declare
  instant tstzrange;
  candidate uuid;
  session public.group_sessions;
begin
  if session_id is not null then
    select g.starts_at into starts_at from public.group_sessions g
      where g.id = session_id and g.service_id = service.id and g.status = 'open';
    if not found then
      perform core.raise_error(404, 'not_found', 'There is no such session.');
    end if;
  end if;
  instant := appointments.bookable(service, tstzrange(starts_at, starts_at, '[]'));
  if isempty(instant) then
    perform appointments.refuse_start(service, terms, starts_at, wanted_id, null);
  end if;
  for attempt in 1..3 loop
    -- All of a start are locked before any is asked: an update that finds no seats left keeps its row's lock too.
    perform from public.group_sessions g
      where g.service_id = service.id and g.starts_at = take_seats.starts_at and g.status = 'open'
      order by g.id for no key update;
    for candidate in
      select (o.session).id from appointments.open_sessions(service, terms, instant, wanted_id) o
      where session_id is null or (o.session).id = session_id
    loop
      session := appointments.take_seats_of(candidate, terms.party);
      if session.id is null then
        perform appointments.expire_holds_of(candidate);
        session := appointments.take_seats_of(candidate, terms.party);
        perform appointments.offer_freed(session.service_id, session.resource_ids, session.starts_at, session.id, null) where session.id is not null;
      end if;
      exit when session.id is not null;
    end loop;
    exit when session.id is not null;
    if session_id is not null then
      perform core.raise_error(409, 'session_full', 'There are not enough seats left. Choose another time.');
    end if;
    begin
      session := appointments.open_session(service, terms, starts_at, wanted_id, service.seats, terms.party, false);
    exception when sqlstate 'PT409' then
      if attempt = 3 then
        raise;
      end if;
    end;
    exit when session.id is not null;
  end loop;
  return row(session.starts_at, session.ends_at, session.resource_ids, session.id)::appointments.place;
end $$;
comment on function appointments.take_seats(public.services, appointments.terms, timestamptz, uuid, uuid) is
  'Takes seats for a party: of the session named, of one at the start, or of a new one. PT404, PT409 session_full or slot_taken, PT422 slot_not_offered.';

create function appointments.give_back_seats(session_id uuid, party integer)
returns void
language plpgsql set search_path = '' as $$
begin
  update public.group_sessions g set seats_taken = g.seats_taken - party where g.id = session_id and g.status = 'open';
end $$;
comment on function appointments.give_back_seats(uuid, integer) is
  'Gives seats of an open session back, under its row''s lock. Whoever does so then offers them to those who wait (appointments.offer_freed).';

create function appointments.close_if_empty(session_id uuid)
returns void
language plpgsql set search_path = '' as $$
declare
  session public.group_sessions;
begin
  update public.group_sessions g set status = 'cancelled'
  where g.id = session_id and g.seats_taken = 0 and not g.planned and g.status = 'open'
  returning * into session;
  if found then
    perform calendar.release(session.id);
    perform appointments.count_uses(session.organization_id, array[appointments.session_use(session, -1)]);
    perform appointments.record_session(session, 'session.cancelled', null);
  end if;
end $$;
comment on function appointments.close_if_empty(uuid) is 'Ends a session that nobody planned when nobody is left in it.';

create function appointments.plan_session(service_id uuid, starts_at timestamptz, resource_id uuid, seats integer, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  service public.services := appointments.require_service(service_id, 'appointments.manage');
  answer jsonb;
begin
  answer := core.recall('session.plan', service.organization_id, idempotency_key, jsonb_build_array(service_id, starts_at, resource_id, seats));
  if answer is not null then
    return answer;
  end if;
  if starts_at is null or not isfinite(starts_at) then
    perform core.raise_error(422, 'invalid_input', 'Say when the session starts.', '{"field": "starts_at"}');
  end if;
  if service.seats < 2 then
    perform core.raise_error(422, 'not_a_group_service', 'People do not attend this service together: give it seats first.');
  end if;
  perform appointments.join_bookings(service.organization_id);
  return core.keep('session.plan', service.organization_id, idempotency_key, to_jsonb(appointments.open_session(
    service, appointments.service_terms(service), starts_at, resource_id, coalesce(seats, service.seats), 0, true)));
end $$;
grant execute on function appointments.plan_session(uuid, timestamptz, uuid, integer, text) to authenticated, service_role;
comment on function appointments.plan_session(uuid, timestamptz, uuid, integer, text) is 'See public.plan_session.';

create function appointments.cancel_session(session_id uuid, reason text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  session public.group_sessions;
  bookings uuid[];
  joined uuid[];
begin
  select * into session from public.group_sessions g where g.id = cancel_session.session_id;
  if session.id is null or not core.is_member_or_service(session.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such session.');
  end if;
  perform core.require(session.organization_id, 'appointments.manage');
  bookings := appointments.of_session(session_id);
  perform core.lock_stream(b) from unnest(bookings) b;
  perform appointments.lock_bookings(session.organization_id);
  select * into session from public.group_sessions g where g.id = cancel_session.session_id for update;
  joined := appointments.of_session(session_id);
  if session.status <> 'open' then
    perform core.raise_error(409, 'invalid_transition', 'This session is cancelled already.', jsonb_build_object('from', session.status, 'to', 'cancelled'));
  elsif not joined <@ bookings then
    perform core.raise_error(409, 'version_conflict', 'Someone has just joined. Try again.');
  end if;
  update public.group_sessions g set status = 'cancelled', seats_taken = 0 where g.id = session.id;
  perform appointments.cancel_of_session(b, reason) from unnest(joined) b;
  perform calendar.release(session.id);
  perform appointments.count_uses(session.organization_id, array[appointments.session_use(session, -1)]);
  select * into session from public.group_sessions g where g.id = cancel_session.session_id;
  perform appointments.record_session(session, 'session.cancelled', null);
  return to_jsonb(session);
end $$;
grant execute on function appointments.cancel_session(uuid, text) to authenticated, service_role;
comment on function appointments.cancel_session(uuid, text) is 'See public.cancel_session.';

-- Of a session that is not there, and of one of a service that the caller may not see, the refusal is the same.
create function appointments.join_session(session_id uuid, request appointments.request, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return appointments.book((select g.service_id from public.group_sessions g where g.id = join_session.session_id), request, null, idempotency_key);
end $$;
grant execute on function appointments.join_session(uuid, appointments.request, text) to anon, authenticated, service_role;
comment on function appointments.join_session(uuid, appointments.request, text) is 'See public.join_session.';

create function appointments.of_session(session_id uuid)
returns uuid[]
language plpgsql volatile set search_path = '' as $$
begin
  return array(
    select a.id from public.appointments a
    where a.session_id = of_session.session_id and a.status in ('pending', 'booked', 'arrived', 'checked_in')
    union all
    select h.id from public.holds h where h.session_id = of_session.session_id and h.status = 'held'
    order by 1);
end $$;
comment on function appointments.of_session(uuid) is 'The bookings and holds that have seats of a session, sorted as they are locked.';

create function appointments.cancel_of_session(owner_id uuid, reason text)
returns void
language plpgsql set search_path = '' as $$
declare
  appointment public.appointments := appointments.find(owner_id);
begin
  if appointment.id is null then
    perform appointments.end_hold((select h from public.holds h where h.id = owner_id), 'released');
  else
    perform appointments.cancel_booking(appointment, 'desk', coalesce(reason, 'The session was cancelled.'));
  end if;
end $$;
comment on function appointments.cancel_of_session(uuid, text) is 'Cancels a booking, or ends a hold, of a session that is cancelled.';
