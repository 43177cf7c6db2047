-- Appointments, commands on one that exists: move, cancel, confirm or decline, arrive, check in, fulfil, no-show, correct.
-- Which move of state is allowed is the table's constraint; these functions only name it.

create function appointments.record(appointment public.appointments, before public.appointments, type text, more jsonb default '{}')
returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(appointment.organization_id, 'appointment', appointment.id, type,
    appointments.event_data(appointment) || more, appointment.version - 1);
  perform core.audit(appointment.organization_id, type, 'appointment', appointment.id,
    appointments.event_data(before), appointments.event_data(appointment) || more || jsonb_build_object('version', appointment.version));
  return appointments.document(appointment);
end $$;
comment on function appointments.record(public.appointments, public.appointments, text, jsonb) is
  'The event and the audit row of a change to an appointment; returns its document.';

create function appointments.refuse_transition(appointment public.appointments, wanted text)
returns void
language plpgsql stable set search_path = '' as $$
begin
  perform core.raise_error(409, 'invalid_transition', format('The appointment is %s: it cannot become %s.', appointment.status, wanted),
    jsonb_build_object('from', appointment.status, 'to', wanted));
end $$;
comment on function appointments.refuse_transition(public.appointments, text) is 'Raises PT409 invalid_transition {from, to}.';

create function appointments.require_desk(target appointments.locked)
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if target.standing <> 'desk' then
    perform core.raise_error(403, 'permission_denied', 'Only staff may do this.', '{"permission": "appointments.manage"}');
  end if;
end $$;
comment on function appointments.require_desk(appointments.locked) is 'PT403 permission_denied for anyone but staff.';

-- The time may have been taken by another booking from the moment on at which the request lapsed.
create function appointments.fix_request(request public.appointments)
returns void
language plpgsql set search_path = '' as $$
begin
  if request.expires_at <= now() or (request.session_id is null
    and calendar.hand_over(request.id, request.id, 'appointment', null) < cardinality(request.resource_ids)) then
    perform core.raise_error(409, 'request_expired', 'This request has lapsed.', jsonb_build_object('expired_at', request.expires_at));
  end if;
end $$;
comment on function appointments.fix_request(public.appointments) is 'Makes the claims of a request stand for good; PT409 request_expired.';

create function appointments.change_status(appointment_id uuid, wanted text, type text, expected_version bigint)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, null);
  before public.appointments := target.appointment;
  after public.appointments;
  freed calendar.freed;
  answer jsonb;
begin
  perform appointments.require_desk(target);
  if wanted = 'no_show' and now() < before.starts_at then
    perform core.raise_error(409, 'not_started', 'Nobody is missing before the appointment starts.',
      jsonb_build_object('starts_at', before.starts_at));
  end if;
  begin
    update public.appointments a
    set status = wanted, expires_at = null, version = a.version + 1, updated_at = now()
    where a.id = before.id and a.starts_at = before.starts_at
    returning * into after;
  exception when check_violation then
    perform appointments.refuse_transition(before, wanted);
  end;
  if before.status = 'pending' and wanted = 'booked' then
    perform appointments.fix_request(before);
  elsif wanted in ('no_show', 'entered_in_error') then
    freed := appointments.give_back(before);
    perform appointments.count_uses(before.organization_id, array[appointments.use_of(before, -1)]);
  end if;
  answer := appointments.record(after, before, type);
  if wanted in ('no_show', 'entered_in_error') then
    perform appointments.offer_freed(before.service_id, before.resource_ids, before.starts_at, before.session_id, freed.during);
  end if;
  return answer;
end $$;
comment on function appointments.change_status(uuid, text, text, bigint) is 'Staff move an appointment to another state.';

create function appointments.give_back(appointment public.appointments)
returns calendar.freed
language plpgsql set search_path = '' as $$
begin
  if appointment.session_id is null then
    return calendar.release(appointment.id);
  -- What is over gave its seats back when it ended.
  elsif appointment.status in ('pending', 'booked', 'arrived', 'checked_in', 'fulfilled') then
    perform appointments.give_back_seats(appointment.session_id, appointment.party_size);
  end if;
  return null;
end $$;
comment on function appointments.give_back(public.appointments) is 'Gives back what an appointment, as it was, has of its resources: its claims or its seats.';

-- Customers are bound by the notice of their booking; staff are not, but say why.
create function appointments.is_late(appointment public.appointments, standing text, notice text, reason text)
returns boolean
language plpgsql stable set search_path = '' as $$
declare
  deadline timestamptz := appointment.starts_at - make_interval(mins => coalesce((appointment.policy ->> notice)::integer, 0));
begin
  if standing = 'desk' and now() > deadline and length(trim(coalesce(reason, ''))) = 0 then
    perform core.raise_error(422, 'reason_required', 'The time to do this is over. Say why it is done all the same.',
      jsonb_build_object('deadline', deadline));
  end if;
  return standing <> 'system' and now() > deadline;
end $$;
comment on function appointments.is_late(public.appointments, text, text, text) is
  'Whether the notice of a booking (a key of its policy, in minutes) is over; PT422 reason_required for staff who then give no reason.';

create function appointments.refuse_late(appointment public.appointments, notice text, code text, hint text)
returns void
language plpgsql stable set search_path = '' as $$
begin
  perform core.raise_error(403, code, hint, jsonb_build_object('deadline',
    appointment.starts_at - make_interval(mins => coalesce((appointment.policy ->> notice)::integer, 0))));
end $$;
comment on function appointments.refuse_late(public.appointments, text, text, text) is 'Raises PT403 <code> {deadline}.';

create function appointments.cancel_booking(
  before public.appointments, standing text, reason text, type text default 'appointment.cancelled')
returns jsonb
language plpgsql set search_path = '' as $$
declare
  fee numeric;
  after public.appointments;
  freed calendar.freed;
  answer jsonb;
begin
  perform appointments.join_bookings(before.organization_id);
  -- A request that was never confirmed is withdrawn at any time: nothing had been agreed on.
  if appointments.is_late(before, standing, 'cancellation_notice_minutes', reason) and standing = 'customer'
    and not (before.status = 'pending' and before.previous_status is null) then
    fee := (before.policy ->> 'late_cancellation_fee')::numeric;
    if fee is null then
      perform appointments.refuse_late(before, 'cancellation_notice_minutes', 'too_late_to_cancel', 'It is too late to cancel here. Please call.');
    end if;
  end if;
  begin
    update public.appointments a
    set status = 'cancelled', cancellation_reason = reason, fee_due = fee, expires_at = null, version = a.version + 1, updated_at = now()
    where a.id = before.id and a.starts_at = before.starts_at
    returning * into after;
  exception when check_violation then
    if length(reason) > 1000 then
      raise;
    end if;
    perform appointments.refuse_transition(before, 'cancelled');
  end;
  freed := appointments.give_back(before);
  perform appointments.count_uses(before.organization_id, array[appointments.use_of(before, -1)]);
  answer := appointments.record(after, before, type, jsonb_build_object('reason_given', reason is not null));
  perform appointments.offer_freed(before.service_id, before.resource_ids, before.starts_at, before.session_id, freed.during);
  return answer;
end $$;
comment on function appointments.cancel_booking(public.appointments, text, text, text) is
  'Cancels an appointment that is locked, for the customer, the desk or the system: gives its time back, and offers it to the first who waits.';

create function appointments.cancel(appointment_id uuid, reason text, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, manage_token);
begin
  return appointments.cancel_booking(target.appointment, target.standing, reason);
end $$;
grant execute on function appointments.cancel(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function appointments.cancel(uuid, text, bigint, text) is 'See public.cancel_appointment.';

create function appointments.decline(appointment_id uuid, reason text, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, null);
begin
  perform appointments.require_desk(target);
  if (target.appointment).status <> 'pending' then
    perform appointments.refuse_transition(target.appointment, 'declined');
  end if;
  return appointments.cancel_booking(target.appointment, 'system', reason, 'appointment.declined');
end $$;
grant execute on function appointments.decline(uuid, text, bigint) to authenticated, service_role;
comment on function appointments.decline(uuid, text, bigint) is 'See public.decline_appointment.';

create function appointments.lapse_requests_at(organization_id uuid, waiting boolean)
returns integer
language plpgsql set search_path = '' as $$
declare
  due uuid[] := array(
    select a.id from public.appointments a
    where a.organization_id = lapse_requests_at.organization_id and a.status = 'pending' and a.expires_at <= now()
    order by a.id limit 500);
  request public.appointments;
  lapsed integer := 0;
begin
  perform core.lock_stream(i) from unnest(due) i;
  if appointments.have_bookings(organization_id, waiting) then
    for request in select a.* from public.appointments a where a.id = any (due) and a.status = 'pending' and a.expires_at <= now() order by a.id loop
      perform appointments.cancel_booking(request, 'system', null, 'appointment.lapsed');
      lapsed := lapsed + 1;
    end loop;
  end if;
  return lapsed;
end $$;
comment on function appointments.lapse_requests_at(uuid, boolean) is 'Cancels the requests of an organization that nobody answered in time; returns how many.';

create function appointments.lapse_requests()
returns integer
language plpgsql set search_path = '' as $$
begin
  return (
    select coalesce(sum(appointments.lapse_requests_at(due.organization_id, due.place = 1)), 0)
    from (
      select a.organization_id, row_number() over (order by min(a.expires_at)) as place
      from public.appointments a where a.status = 'pending' and a.expires_at <= now() group by a.organization_id order by place
    ) as due);
end $$;
comment on function appointments.lapse_requests() is
  'Job: cancels the requests that nobody answered in time; returns how many. Organizations that are busy are left to the next run, but the one that has waited longest.';

-- A moved booking keeps the length and buffers it was booked with; the grid is the service's of today.
create function appointments.booked_terms(appointment public.appointments, service public.services)
returns appointments.terms
language plpgsql immutable set search_path = '' as $$
declare
  terms appointments.terms := appointments.service_terms(service, appointment.party_size);
begin
  terms.duration := make_interval(mins => (appointment.policy ->> 'duration_minutes')::integer);
  terms.lead := make_interval(mins => (appointment.policy ->> 'buffer_before_minutes')::integer);
  terms.trail := make_interval(mins => (appointment.policy ->> 'buffer_after_minutes')::integer);
  return terms;
end $$;
comment on function appointments.booked_terms(public.appointments, public.services) is 'The measures of a booking that is moved.';

-- Both sessions' rows are locked in one order before either changes: two who change places do not wait for each other.
create function appointments.move_place(
  before public.appointments, service public.services, terms appointments.terms, starts_at timestamptz, resource_id uuid, expires_at timestamptz)
returns appointments.place
language plpgsql set search_path = '' as $$
declare
  place appointments.place;
begin
  if before.session_id is not null then
    perform from public.group_sessions g
      where g.id = before.session_id or (g.service_id = service.id and g.starts_at = move_place.starts_at)
      order by g.id for no key update;
    place := appointments.take_seats(service, terms, starts_at, resource_id, null);
    perform appointments.give_back_seats(before.session_id, before.party_size);
    return place;
  end if;
  place.resource_ids := appointments.assign(
    appointments.candidates(service, terms, starts_at, resource_id, before.id, before.resource_ids),
    appointments.claimed(terms, starts_at), 'appointment', before.id, true, expires_at);
  if place.resource_ids is null then
    perform appointments.refuse_start(service, terms, starts_at, resource_id, before.id);
  end if;
  place.starts_at := starts_at;
  place.ends_at := starts_at + terms.duration;
  return place;
end $$;
comment on function appointments.move_place(public.appointments, public.services, appointments.terms, timestamptz, uuid, timestamptz) is
  'Takes a new start for an appointment and gives the old one back: one swap of claims or of seats.';

create function appointments.move_booking(
  target appointments.locked, starts_at timestamptz, resource_id uuid, notes text, reason text, offering boolean default true)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  before public.appointments := target.appointment;
  after public.appointments;
  service public.services;
  terms appointments.terms;
  place appointments.place;
  -- The new time is for the desk to approve like the first: a customer must not get by a move what booking refuses.
  asks_again boolean := target.standing = 'customer' and before.status = 'booked' and (before.policy ->> 'requires_approval')::boolean;
  expiry timestamptz;
  answer jsonb;
begin
  if before.status not in ('pending', 'booked') then
    perform appointments.refuse_transition(before, 'rescheduled');
  end if;
  if starts_at is null or not isfinite(starts_at) then
    perform core.raise_error(422, 'invalid_input', 'Say when the appointment shall start.', '{"field": "starts_at"}');
  end if;
  if length(reason) > 1000 then
    perform core.raise_error(422, 'invalid_input', 'A reason has 1,000 characters at most.', '{"field": "reason"}');
  end if;
  if appointments.is_late(before, target.standing, 'reschedule_notice_minutes', reason) and target.standing = 'customer' then
    perform appointments.refuse_late(before, 'reschedule_notice_minutes', 'too_late_to_reschedule', 'It is too late to move this here. Please call.');
  end if;
  if target.standing = 'customer' and before.reschedules >= (before.policy ->> 'maximum_reschedules')::integer then
    perform core.raise_error(403, 'too_many_reschedules', 'This booking has been moved as often as it may be. Please call.',
      jsonb_build_object('maximum', before.policy -> 'maximum_reschedules'));
  end if;
  if before.expires_at <= now() then
    perform core.raise_error(409, 'request_expired', 'This request has lapsed.', jsonb_build_object('expired_at', before.expires_at));
  end if;
  select * into service from public.services s where s.id = before.service_id;
  expiry := case when asks_again then appointments.approval_deadline(service, starts_at) when before.status = 'pending' then least(before.expires_at, starts_at) end;
  terms := appointments.booked_terms(before, service);
  place := appointments.move_place(before, service, terms, starts_at, resource_id, expiry);
  update public.appointments a
  set starts_at = place.starts_at, ends_at = place.ends_at, resource_ids = place.resource_ids, session_id = place.session_id,
    location_id = calendar.location_of(place.resource_ids), expires_at = case when a.status = 'pending' then expiry end,
    notes = nullif(coalesce(move_booking.notes, a.notes), ''), reschedules = a.reschedules + 1, version = a.version + 1, updated_at = now()
  where a.id = before.id and a.starts_at = before.starts_at
  returning * into after;
  if asks_again then
    update public.appointments a set status = 'pending', expires_at = expiry where a.id = after.id and a.starts_at = after.starts_at
    returning * into after;
  end if;
  perform appointments.count_uses(before.organization_id, array[appointments.use_of(before, -1), appointments.use_of(after, 1)],
    appointments.binding_limits(before.organization_id, target.standing = 'desk'));
  if reason is not null then
    insert into appointments.move_reasons (appointment_id, version, reason) values (after.id, after.version, move_booking.reason);
  end if;
  answer := appointments.record(after, before, 'appointment.rescheduled', jsonb_build_object('reason_given', reason is not null, 'previous',
    jsonb_build_object('starts_at', before.starts_at, 'ends_at', before.ends_at, 'resource_ids', before.resource_ids)));
  if offering then
    perform appointments.offer_freed(before.service_id, before.resource_ids, before.starts_at, before.session_id,
      appointments.claimed(terms, before.starts_at));
  end if;
  return answer;
end $$;
comment on function appointments.move_booking(appointments.locked, timestamptz, uuid, text, text, boolean) is
  'Moves an appointment that is locked; it stays the same appointment. Offers its old slot to the first who waits, unless who moves several does so after the last.';

create function appointments.reschedule(
  appointment_id uuid, starts_at timestamptz, resource_id uuid, expected_version bigint, manage_token text, notes text, reason text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
begin
  return appointments.move_booking(appointments.lock(appointment_id, expected_version, manage_token), starts_at, resource_id, notes, reason);
end $$;
grant execute on function appointments.reschedule(uuid, timestamptz, uuid, bigint, text, text, text) to anon, authenticated, service_role;
comment on function appointments.reschedule(uuid, timestamptz, uuid, bigint, text, text, text) is 'See public.reschedule_appointment.';

create function appointments.update_notes(appointment_id uuid, notes text, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, manage_token);
  before public.appointments := target.appointment;
  after public.appointments;
begin
  if target.standing = 'customer' and before.status not in ('pending', 'waitlisted', 'booked') then
    perform appointments.refuse_transition(before, 'updated');
  end if;
  update public.appointments a set notes = nullif(update_notes.notes, ''), version = a.version + 1, updated_at = now()
  where a.id = before.id and a.starts_at = before.starts_at
  returning * into after;
  return appointments.record(after, before, 'appointment.updated');
end $$;
grant execute on function appointments.update_notes(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function appointments.update_notes(uuid, text, bigint, text) is 'See public.update_appointment.';
