-- Appointments, commands on one that exists: move, cancel, confirm, arrive, check in, fulfil, no-show, correct.
-- Which move of state is allowed is the table's constraint; these functions only name it.

create function appointments.record(appointment public.appointments, before public.appointments, type text, more jsonb default '{}')
returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(appointment.organization_id, 'appointment', appointment.id, type,
    appointments.event_data(appointment) || more, appointment.version - 1);
  perform core.audit(appointment.organization_id, type, 'appointment', appointment.id,
    appointments.event_data(before), appointments.event_data(appointment) || more);
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

create function appointments.change_status(appointment_id uuid, wanted text, type text, expected_version bigint)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, null);
  before public.appointments := target.appointment;
  after public.appointments;
begin
  if target.standing <> 'desk' then
    perform core.raise_error(403, 'permission_denied', 'Only staff may do this.', '{"permission": "appointments.manage"}');
  end if;
  if wanted = 'no_show' and now() < before.starts_at then
    perform core.raise_error(409, 'not_started', 'Nobody is missing before the appointment starts.',
      jsonb_build_object('starts_at', before.starts_at));
  end if;
  begin
    update public.appointments a
    set status = wanted, version = a.version + 1, updated_at = now()
    where a.id = before.id and a.starts_at = before.starts_at
    returning * into after;
  exception when check_violation then
    perform appointments.refuse_transition(before, wanted);
  end;
  if wanted in ('no_show', 'entered_in_error') then
    perform calendar.release(before.id);
  end if;
  return appointments.record(after, before, type);
end $$;
comment on function appointments.change_status(uuid, text, text, bigint) is 'Staff move an appointment to another state.';

create function appointments.require_notice(target appointments.locked, minutes integer, code text, hint text)
returns void
language plpgsql stable set search_path = '' as $$
declare
  deadline timestamptz := (target.appointment).starts_at - make_interval(mins => coalesce(minutes, 0));
begin
  if target.standing = 'customer' and now() > deadline then
    perform core.raise_error(403, code, hint, jsonb_build_object('deadline', deadline));
  end if;
end $$;
comment on function appointments.require_notice(appointments.locked, integer, text, text) is 'Raises PT403 <code> {deadline} when a customer comes too late; staff never do.';

create function appointments.cancel(appointment_id uuid, reason text, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, manage_token);
  before public.appointments := target.appointment;
  after public.appointments;
begin
  perform appointments.require_notice(target, (before.policy ->> 'cancellation_notice_minutes')::integer,
    'too_late_to_cancel', 'It is too late to cancel here. Please call.');
  begin
    update public.appointments a
    set status = 'cancelled', cancellation_reason = reason, version = a.version + 1, updated_at = now()
    where a.id = before.id and a.starts_at = before.starts_at
    returning * into after;
  exception when check_violation then
    if length(reason) > 1000 then
      raise;
    end if;
    perform appointments.refuse_transition(before, 'cancelled');
  end;
  perform calendar.release(before.id);
  return appointments.record(after, before, 'appointment.cancelled', jsonb_build_object('reason_given', reason is not null));
end $$;
grant execute on function appointments.cancel(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function appointments.cancel(uuid, text, bigint, text) is 'See public.cancel_appointment.';

-- A moved booking keeps the length and buffers it was booked with; the grid is the service's of today.
create function appointments.booked_terms(appointment public.appointments, service public.services)
returns appointments.terms
language plpgsql immutable set search_path = '' as $$
begin
  return row(make_interval(mins => (appointment.policy ->> 'duration_minutes')::integer),
    make_interval(mins => service.slot_interval_minutes),
    make_interval(mins => (appointment.policy ->> 'buffer_before_minutes')::integer),
    make_interval(mins => (appointment.policy ->> 'buffer_after_minutes')::integer))::appointments.terms;
end $$;
comment on function appointments.booked_terms(public.appointments, public.services) is 'The times of a booking that is moved.';

create function appointments.reschedule(
  appointment_id uuid, starts_at timestamptz, resource_id uuid, expected_version bigint, manage_token text, notes text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  target appointments.locked := appointments.lock(appointment_id, expected_version, manage_token);
  before public.appointments := target.appointment;
  after public.appointments;
  service public.services;
  terms appointments.terms;
begin
  if before.status not in ('pending', 'booked') then
    perform appointments.refuse_transition(before, 'rescheduled');
  end if;
  if starts_at is null or not isfinite(starts_at) then
    perform core.raise_error(422, 'invalid_input', 'Say when the appointment shall start.', '{"field": "starts_at"}');
  end if;
  perform appointments.require_notice(target, (before.policy ->> 'reschedule_notice_minutes')::integer,
    'too_late_to_reschedule', 'It is too late to move this here. Please call.');
  if target.standing = 'customer' and before.reschedules >= (before.policy ->> 'maximum_reschedules')::integer then
    perform core.raise_error(403, 'too_many_reschedules', 'This booking has been moved as often as it may be. Please call.',
      jsonb_build_object('maximum', before.policy -> 'maximum_reschedules'));
  end if;
  select * into service from public.services s where s.id = before.service_id;
  terms := appointments.booked_terms(before, service);
  after.resource_ids := appointments.assign(
    appointments.candidates(service, terms, starts_at, resource_id, before.id, before.resource_ids),
    tstzrange(starts_at - terms.lead, starts_at + terms.duration + terms.trail), before.id, true);
  if after.resource_ids is null then
    perform appointments.refuse_start(service, terms, starts_at, resource_id, before.id);
  end if;
  update public.appointments a
  set starts_at = reschedule.starts_at, ends_at = reschedule.starts_at + terms.duration, resource_ids = after.resource_ids,
    notes = nullif(coalesce(reschedule.notes, a.notes), ''), reschedules = a.reschedules + 1, version = a.version + 1, updated_at = now()
  where a.id = before.id and a.starts_at = before.starts_at
  returning * into after;
  -- The new time is for the desk to approve like the first: a customer must not get by a move what booking refuses.
  if target.standing = 'customer' and before.status = 'booked' and (before.policy ->> 'requires_approval')::boolean then
    update public.appointments a set status = 'pending' where a.id = after.id and a.starts_at = after.starts_at
    returning * into after;
  end if;
  return appointments.record(after, before, 'appointment.rescheduled', jsonb_build_object('previous',
    jsonb_build_object('starts_at', before.starts_at, 'ends_at', before.ends_at, 'resource_ids', before.resource_ids)));
end $$;
grant execute on function appointments.reschedule(uuid, timestamptz, uuid, bigint, text, text) to anon, authenticated, service_role;
comment on function appointments.reschedule(uuid, timestamptz, uuid, bigint, text, text) is 'See public.reschedule_appointment.';

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
