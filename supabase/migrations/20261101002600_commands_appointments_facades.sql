-- Appointments, the functions that clients call: one line each, over the command of the same meaning.

create function public.book_appointment(
  service_id uuid, starts_at timestamptz default null, resource_id uuid default null, customer_id uuid default null,
  guest jsonb default null, notes text default null, idempotency_key text default null, party_size integer default null,
  intake jsonb default '{}', hold_id uuid default null, hold_token text default null, session_id uuid default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.book(service_id,
    row(starts_at, resource_id, customer_id, guest, notes, party_size, intake, hold_id, session_id, null)::appointments.request,
    hold_token, idempotency_key);
end $$;
grant execute on function public.book_appointment(uuid, timestamptz, uuid, uuid, jsonb, text, text, integer, jsonb, uuid, text, uuid) to anon, authenticated, service_role;
comment on function public.book_appointment(uuid, timestamptz, uuid, uuid, jsonb, text, text, integer, jsonb, uuid, text, uuid) is
  'Books a slot (starts_at), seats of a session (session_id), or what is held (hold_id, for guests with its hold_token): for the caller, as a guest {name, email, phone} without an account, or for anyone with appointments.manage. A party is of one unless party_size says more, or the hold. intake answers what the service asks. Returns the appointment, to guests with the manage_token of their link. PT409 slot_taken {conflicts}, session_full, hold_expired; PT422 slot_not_offered {reason}, party_too_large, invalid_intake.';

create function public.place_hold(
  service_id uuid, starts_at timestamptz default null, resource_id uuid default null, party_size integer default 1,
  session_id uuid default null, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.place_hold(service_id, starts_at, resource_id, party_size, session_id, idempotency_key);
end $$;
grant execute on function public.place_hold(uuid, timestamptz, uuid, integer, uuid, text) to anon, authenticated, service_role;
comment on function public.place_hold(uuid, timestamptz, uuid, integer, uuid, text) is
  'Holds a slot, or seats of a session, for the service''s hold_minutes, until it begins at most, while the caller fills in or pays. Returns the hold, to visitors without an account with its hold_token. PT409 slot_taken, session_full, too_many_holds; PT422 slot_not_offered.';

create function public.get_hold(hold_id uuid, hold_token text default null)
returns jsonb
language plpgsql stable security invoker set search_path = '' as $$ begin return appointments.get_hold(hold_id, hold_token); end $$;
grant execute on function public.get_hold(uuid, text) to anon, authenticated, service_role;
comment on function public.get_hold(uuid, text) is
  'A hold as it stands now (status held, booked, released or expired), for whom it is, whoever has its token, and members with appointments.read. PT404 for anyone else.';

create function public.release_hold(hold_id uuid, hold_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.release_hold(hold_id, hold_token); end $$;
grant execute on function public.release_hold(uuid, text) to anon, authenticated, service_role;
comment on function public.release_hold(uuid, text) is 'Lets go of what is held. Twice is once. PT409 invalid_transition when it is booked or expired.';

create function public.plan_session(
  service_id uuid, starts_at timestamptz, resource_id uuid default null, seats integer default null, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.plan_session(service_id, starts_at, resource_id, seats, idempotency_key);
end $$;
grant execute on function public.plan_session(uuid, timestamptz, uuid, integer, text) to authenticated, service_role;
comment on function public.plan_session(uuid, timestamptz, uuid, integer, text) is
  'Opens a session of a group service for customers to join, with the service''s seats or as many as said. Needs appointments.manage. Returns the session.';

create function public.join_session(
  session_id uuid, customer_id uuid default null, guest jsonb default null, notes text default null, party_size integer default 1,
  intake jsonb default '{}', idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.join_session(session_id,
    row(null, null, customer_id, guest, notes, party_size, intake, null, session_id, null)::appointments.request, idempotency_key);
end $$;
grant execute on function public.join_session(uuid, uuid, jsonb, text, integer, jsonb, text) to anon, authenticated, service_role;
comment on function public.join_session(uuid, uuid, jsonb, text, integer, jsonb, text) is
  'Books seats of a session, as book_appointment does, for whom its service may not be known. PT409 session_full; PT422 party_too_large, invalid_intake.';

create function public.cancel_session(session_id uuid, reason text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.cancel_session(session_id, reason); end $$;
grant execute on function public.cancel_session(uuid, text) to authenticated, service_role;
comment on function public.cancel_session(uuid, text) is 'Cancels a session with all of its bookings. Needs appointments.manage.';

create function public.get_appointment(appointment_id uuid, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.get(appointment_id, manage_token);
end $$;
grant execute on function public.get_appointment(uuid, text) to anon, authenticated, service_role;
comment on function public.get_appointment(uuid, text) is
  'One appointment, for its customer, its guest (manage_token) and members with appointments.read. PT404 for anyone else.';

create function public.reschedule_appointment(
  appointment_id uuid, starts_at timestamptz, resource_id uuid default null, expected_version bigint default null,
  manage_token text default null, notes text default null, reason text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.reschedule(appointment_id, starts_at, resource_id, expected_version, manage_token, notes, reason);
end $$;
grant execute on function public.reschedule_appointment(uuid, timestamptz, uuid, bigint, text, text, text) to anon, authenticated, service_role;
comment on function public.reschedule_appointment(uuid, timestamptz, uuid, bigint, text, text, text) is
  'Moves an appointment to another slot, with the same people if they are free; it stays the same appointment. Notes, if given, replace those of the booking (empty removes them). Customers within the notice and number of moves of their booking''s policy, staff beyond it with a reason; where bookings need approval, a customer''s is pending again. PT409 slot_taken, session_full; PT422 slot_not_offered, reason_required; PT403 too_late_to_reschedule or too_many_reschedules.';

create function public.cancel_appointment(
  appointment_id uuid, reason text default null, expected_version bigint default null, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.cancel(appointment_id, reason, expected_version, manage_token);
end $$;
grant execute on function public.cancel_appointment(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function public.cancel_appointment(uuid, text, bigint, text) is
  'Cancels an appointment and gives its time back, to the first on the waitlist whom it suits. Customers within the notice of their booking''s policy, or later for its fee (PT403 too_late_to_cancel {deadline} where there is none); staff later with a reason (PT422 reason_required).';

create function public.update_appointment(
  appointment_id uuid, notes text, expected_version bigint default null, manage_token text default null)
returns jsonb
language sql security invoker set search_path = '' as $$
  select appointments.update_notes(appointment_id, notes, expected_version, manage_token)
$$;
grant execute on function public.update_appointment(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function public.update_appointment(uuid, text, bigint, text) is 'Replaces the notes of an appointment, which customer and staff share until the customer has arrived; empty or null removes them.';

create function appointments.confirm(appointment_id uuid, expected_version bigint)
returns jsonb
language sql security definer set search_path = '' as $$
  select appointments.change_status(appointment_id, 'booked', 'appointment.confirmed', expected_version)
$$;
grant execute on function appointments.confirm(uuid, bigint) to authenticated, service_role;
comment on function appointments.confirm(uuid, bigint) is 'See public.confirm_appointment.';

create function public.confirm_appointment(appointment_id uuid, expected_version bigint default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.confirm(appointment_id, expected_version) $$;
grant execute on function public.confirm_appointment(uuid, bigint) to authenticated, service_role;
comment on function public.confirm_appointment(uuid, bigint) is
  'Confirms a pending appointment, once and before it lapses (PT409 request_expired). By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';

create function public.decline_appointment(appointment_id uuid, reason text default null, expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.decline(appointment_id, reason, expected_version); end $$;
grant execute on function public.decline_appointment(uuid, text, bigint) to authenticated, service_role;
comment on function public.decline_appointment(uuid, text, bigint) is
  'Declines a pending appointment: it is cancelled and its time given back. By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';

create function appointments.arrive(appointment_id uuid, expected_version bigint)
returns jsonb
language sql security definer set search_path = '' as $$
  select appointments.change_status(appointment_id, 'arrived', 'appointment.arrived', expected_version)
$$;
grant execute on function appointments.arrive(uuid, bigint) to authenticated, service_role;
comment on function appointments.arrive(uuid, bigint) is 'See public.arrive_appointment.';

create function public.arrive_appointment(appointment_id uuid, expected_version bigint default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.arrive(appointment_id, expected_version) $$;
grant execute on function public.arrive_appointment(uuid, bigint) to authenticated, service_role;
comment on function public.arrive_appointment(uuid, bigint) is
  'The customer is here, not yet checked in. By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';

create function appointments.check_in(appointment_id uuid, expected_version bigint)
returns jsonb
language sql security definer set search_path = '' as $$
  select appointments.change_status(appointment_id, 'checked_in', 'appointment.checked_in', expected_version)
$$;
grant execute on function appointments.check_in(uuid, bigint) to authenticated, service_role;
comment on function appointments.check_in(uuid, bigint) is 'See public.check_in_appointment.';

create function public.check_in_appointment(appointment_id uuid, expected_version bigint default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.check_in(appointment_id, expected_version) $$;
grant execute on function public.check_in_appointment(uuid, bigint) to authenticated, service_role;
comment on function public.check_in_appointment(uuid, bigint) is
  'The customer is checked in and waits to be served. By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';

create function appointments.fulfil(appointment_id uuid, expected_version bigint)
returns jsonb
language sql security definer set search_path = '' as $$
  select appointments.change_status(appointment_id, 'fulfilled', 'appointment.fulfilled', expected_version)
$$;
grant execute on function appointments.fulfil(uuid, bigint) to authenticated, service_role;
comment on function appointments.fulfil(uuid, bigint) is 'See public.fulfil_appointment.';

create function public.fulfil_appointment(appointment_id uuid, expected_version bigint default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.fulfil(appointment_id, expected_version) $$;
grant execute on function public.fulfil_appointment(uuid, bigint) to authenticated, service_role;
comment on function public.fulfil_appointment(uuid, bigint) is
  'The appointment took place. By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';

create function appointments.mark_no_show(appointment_id uuid, expected_version bigint)
returns jsonb
language sql security definer set search_path = '' as $$
  select appointments.change_status(appointment_id, 'no_show', 'appointment.no_show', expected_version)
$$;
grant execute on function appointments.mark_no_show(uuid, bigint) to authenticated, service_role;
comment on function appointments.mark_no_show(uuid, bigint) is 'See public.mark_no_show.';

create function public.mark_no_show(appointment_id uuid, expected_version bigint default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.mark_no_show(appointment_id, expected_version) $$;
grant execute on function public.mark_no_show(uuid, bigint) to authenticated, service_role;
comment on function public.mark_no_show(uuid, bigint) is
  'The customer did not come; from the start on. Gives the rest of the time back. By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';

create function appointments.mark_entered_in_error(appointment_id uuid, expected_version bigint)
returns jsonb
language sql security definer set search_path = '' as $$
  select appointments.change_status(appointment_id, 'entered_in_error', 'appointment.entered_in_error', expected_version)
$$;
grant execute on function appointments.mark_entered_in_error(uuid, bigint) to authenticated, service_role;
comment on function appointments.mark_entered_in_error(uuid, bigint) is 'See public.mark_entered_in_error.';

create function public.mark_entered_in_error(appointment_id uuid, expected_version bigint default null)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.mark_entered_in_error(appointment_id, expected_version) $$;
grant execute on function public.mark_entered_in_error(uuid, bigint) to authenticated, service_role;
comment on function public.mark_entered_in_error(uuid, bigint) is
  'The entry was a mistake. Gives its time back. By appointments.manage, or manage_own on one''s own calendar. PT409 invalid_transition {from, to}.';
