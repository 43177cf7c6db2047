-- Appointments, commands on holds: a slot kept for one visitor, until time, booking or they themselves end it.
-- A hold has claims that expire; booking it hands them over, so that the time is never free in between.

create function appointments.hold_document(hold public.holds)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return to_jsonb(hold) || jsonb_build_object('status', appointments.hold_status(hold));
end $$;
comment on function appointments.hold_document(public.holds) is 'A hold as commands answer it.';

create function appointments.hold_status(hold public.holds)
returns text
language plpgsql stable set search_path = '' as $$
begin
  return case when hold.status = 'held' and hold.expires_at <= now() then 'expired' else hold.status end;
end $$;
comment on function appointments.hold_status(public.holds) is 'What a hold is now: one whose time is over is expired before anyone has written it down.';

create function appointments.record_hold(hold public.holds, type text)
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(hold.organization_id, 'hold', hold.id, type, jsonb_build_object(
    'service_id', hold.service_id, 'status', hold.status, 'starts_at', hold.starts_at, 'ends_at', hold.ends_at,
    'resource_ids', hold.resource_ids, 'session_id', hold.session_id, 'party_size', hold.party_size, 'expires_at', hold.expires_at));
  perform core.audit(hold.organization_id, type, 'hold', hold.id, null, to_jsonb(hold));
end $$;
comment on function appointments.record_hold(public.holds, text) is 'The event and the audit row of a change to a hold.';

create function appointments.insert_hold(
  service public.services, hold_id uuid, place appointments.place, party integer, customer_id uuid, waitlist_entry_id uuid, expires_at timestamptz)
returns public.holds
language plpgsql set search_path = '' as $$
declare
  hold public.holds;
begin
  insert into public.holds (id, organization_id, service_id, starts_at, ends_at, resource_ids, session_id, party_size, customer_id, waitlist_entry_id, expires_at)
  values (hold_id, service.organization_id, service.id, place.starts_at, place.ends_at, place.resource_ids, place.session_id, party,
    customer_id, waitlist_entry_id, expires_at)
  returning * into hold;
  perform appointments.record_hold(hold, 'hold.placed');
  return hold;
end $$;
comment on function appointments.insert_hold(public.services, uuid, appointments.place, integer, uuid, uuid, timestamptz) is
  'Writes a hold of what has been taken for it.';

create function appointments.place_hold(
  service_id uuid, starts_at timestamptz, resource_id uuid, party_size integer, session_id uuid, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  service public.services := appointments.require_bookable_service(service_id);
  terms appointments.terms := appointments.service_terms(service, party_size);
  expires_at timestamptz := least(now() + make_interval(mins => service.hold_minutes), starts_at);
  place appointments.place;
  hold public.holds;
  answer jsonb;
begin
  answer := core.recall('hold.place', service.organization_id, idempotency_key,
    jsonb_build_array(service_id, starts_at, resource_id, party_size, session_id));
  if answer is null then
    if core.actor_id() is null and not core.is_service() and not service.guests_allowed then
      perform core.raise_error(403, 'guests_not_allowed', 'Sign in to book this service.');
    end if;
    perform appointments.check_party(service, party_size);
    perform appointments.check_holds_of_caller(service);
    perform appointments.join_bookings(service.organization_id);
    hold.id := core.uuid_v7();
    if session_id is null and (starts_at is null or not isfinite(starts_at)) then
      perform core.raise_error(422, 'invalid_input', 'Say which start shall be held.', '{"field": "starts_at"}');
    elsif session_id is not null or service.seats > 1 then
      place := appointments.take_seats(service, terms, starts_at, resource_id, session_id);
    else
      place := appointments.take_team(service, terms, starts_at, resource_id, 'hold', hold.id, expires_at);
    end if;
    hold := appointments.insert_hold(service, hold.id, place, party_size, core.actor_id(), null, least(expires_at, place.starts_at));
    answer := core.keep('hold.place', service.organization_id, idempotency_key, appointments.hold_document(hold));
  end if;
  if answer ->> 'customer_id' is null then
    answer := answer || jsonb_build_object('hold_token', core.link_token('hold', (answer ->> 'id')::uuid));
  end if;
  return answer;
end $$;
grant execute on function appointments.place_hold(uuid, timestamptz, uuid, integer, uuid, text) to anon, authenticated, service_role;
comment on function appointments.place_hold(uuid, timestamptz, uuid, integer, uuid, text) is 'See public.place_hold.';

-- A courtesy to the others, not a guard: of requests at the same moment one more may pass.
create function appointments.check_holds_of_caller(service public.services)
returns void
language plpgsql stable set search_path = '' as $$
declare
  caller uuid := core.actor_id();
  live integer := (
    select count(*) from public.holds h
    where h.status = 'held' and h.expires_at > now() and h.customer_id = caller and h.organization_id = service.organization_id);
begin
  if caller is not null and live >= 5 and not core.has_permission(service.organization_id, 'appointments.manage') then
    perform core.raise_error(409, 'too_many_holds', 'You hold as many slots as anyone may. Book or release one first.', '{"maximum": 5}');
  end if;
end $$;
comment on function appointments.check_holds_of_caller(public.services) is 'PT409 too_many_holds for a customer who holds five slots of the organization already.';

create function appointments.lock_hold(hold_id uuid, hold_token text)
returns public.holds
language plpgsql set search_path = '' as $$
declare
  hold public.holds;
begin
  select * into hold from public.holds h where h.id = hold_id;
  if hold_token is not null then
    perform core.verify_link_token('hold', hold_id, hold_token);
  elsif hold.id is null or not (coalesce(hold.customer_id = core.actor_id(), false) or core.has_permission(hold.organization_id, 'appointments.manage')) then
    perform core.raise_error(404, 'not_found', 'There is no such hold.');
  end if;
  perform core.lock_stream(hold_id);
  select * into hold from public.holds h where h.id = hold_id;
  return hold;
end $$;
comment on function appointments.lock_hold(uuid, text) is
  'A hold under lock, for whom it is, whoever has its token, and the desk. PT404 for anyone else.';

create function appointments.get_hold(hold_id uuid, hold_token text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  hold public.holds;
begin
  if hold_token is not null then
    perform core.verify_link_token('hold', hold_id, hold_token);
  end if;
  select * into hold from public.holds h where h.id = hold_id;
  if hold.id is null or not (hold_token is not null or coalesce(hold.customer_id = core.actor_id(), false)
    or core.has_permission(hold.organization_id, 'appointments.read')) then
    perform core.raise_error(404, 'not_found', 'There is no such hold.');
  end if;
  return appointments.hold_document(hold);
end $$;
grant execute on function appointments.get_hold(uuid, text) to anon, authenticated, service_role;
comment on function appointments.get_hold(uuid, text) is 'See public.get_hold.';

create function appointments.use_hold(service public.services, request appointments.request, appointment_id uuid)
returns appointments.place
language plpgsql set search_path = '' as $$
declare
  hold public.holds;
  expiry timestamptz;
begin
  -- Whose it is was asked by appointments.book, before anything was locked.
  select * into hold from public.holds h where h.id = request.hold_id;
  if hold.service_id is distinct from service.id or hold.party_size <> request.party_size
    or request.starts_at <> hold.starts_at then
    perform core.raise_error(422, 'invalid_input', 'What is held is another service, start or number of people.', '{"field": "hold_id"}');
  end if;
  expiry := appointments.request_expiry(service, hold.starts_at);
  if appointments.hold_status(hold) <> 'held'
    or (hold.session_id is null and calendar.hand_over(hold.id, appointment_id, 'appointment', expiry) < cardinality(hold.resource_ids)) then
    perform core.raise_error(409, 'hold_expired', 'This hold is over. Choose a slot again.', jsonb_build_object('hold_status', appointments.hold_status(hold)));
  end if;
  update public.holds h set status = 'booked', appointment_id = use_hold.appointment_id where h.id = hold.id returning * into hold;
  perform appointments.record_hold(hold, 'hold.booked');
  if hold.waitlist_entry_id is not null then
    perform appointments.end_offer(hold.waitlist_entry_id, 'booked', use_hold.appointment_id);
  end if;
  return row(hold.starts_at, hold.ends_at, hold.resource_ids, hold.session_id)::appointments.place;
end $$;
comment on function appointments.use_hold(public.services, appointments.request, uuid) is
  'Turns a hold into the booking: hands its claims or seats over. PT409 hold_expired.';

create function appointments.end_hold(hold public.holds, status text, offers boolean default true)
returns public.holds
language plpgsql set search_path = '' as $$
declare
  freed calendar.freed;
begin
  perform appointments.join_bookings(hold.organization_id);
  update public.holds h set status = end_hold.status where h.id = hold.id and h.status = 'held' returning * into hold;
  if found then
    if hold.session_id is null then
      freed := calendar.release(hold.id);
    else
      perform appointments.give_back_seats(hold.session_id, hold.party_size);
    end if;
    perform appointments.record_hold(hold, case status when 'expired' then 'hold.expired' else 'hold.released' end);
    if hold.waitlist_entry_id is not null then
      perform appointments.end_offer(hold.waitlist_entry_id, case status when 'expired' then 'lapsed' else 'waiting' end, null);
    end if;
    if offers then
      perform appointments.offer_freed(hold.service_id, coalesce(freed.resource_ids, hold.resource_ids), hold.starts_at, hold.session_id, freed.during);
    end if;
  end if;
  return hold;
end $$;
comment on function appointments.end_hold(public.holds, text, boolean) is
  'Ends a hold that is locked, as released or expired: gives its time back, and offers it to the next who waits.';

create function appointments.release_hold(hold_id uuid, hold_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  hold public.holds := appointments.lock_hold(hold_id, hold_token);
begin
  if hold.status not in ('held', 'released') then
    perform core.raise_error(409, 'invalid_transition', format('The hold is %s: it cannot be released.', hold.status),
      jsonb_build_object('from', hold.status, 'to', 'released'));
  end if;
  return appointments.hold_document(case when hold.status = 'held' then appointments.end_hold(hold, 'released') else hold end);
end $$;
grant execute on function appointments.release_hold(uuid, text) to anon, authenticated, service_role;
comment on function appointments.release_hold(uuid, text) is 'See public.release_hold.';

-- Many at once: the organization's bookings are theirs alone meanwhile.
create function appointments.expire_holds_at(organization_id uuid, waiting boolean)
returns integer
language plpgsql set search_path = '' as $$
declare
  due uuid[] := array(
    select h.id from public.holds h
    where h.organization_id = expire_holds_at.organization_id and h.status = 'held' and h.expires_at <= now()
    order by h.id limit 500);
  hold public.holds;
  ended integer := 0;
begin
  perform core.lock_stream(i) from unnest(due) i;
  if appointments.have_bookings(organization_id, waiting) then
    for hold in select h.* from public.holds h where h.id = any (due) and h.status = 'held' and h.expires_at <= now() order by h.id loop
      perform appointments.end_hold(hold, 'expired');
      ended := ended + 1;
    end loop;
  end if;
  return ended;
end $$;
comment on function appointments.expire_holds_at(uuid, boolean) is 'Ends the holds of an organization whose time is over; returns how many.';

create function appointments.expire_holds()
returns integer
language plpgsql set search_path = '' as $$
begin
  return (
    select coalesce(sum(appointments.expire_holds_at(due.organization_id, due.place = 1)), 0)
    from (
      select h.organization_id, row_number() over (order by min(h.expires_at)) as place
      from public.holds h where h.status = 'held' and h.expires_at <= now() group by h.organization_id order by place
    ) as due);
end $$;
comment on function appointments.expire_holds() is
  'Job: ends the holds whose time is over, and so makes the next offers; returns how many. Organizations that are busy are left to the next run, but the one that has waited longest.';

-- Whoever asks has the session's row, so that it must not wait for a stream: a hold that someone is using keeps its seats.
create function appointments.expire_holds_of(session_id uuid)
returns void
language plpgsql set search_path = '' as $$
declare
  expired uuid[] := array(
    select s.aggregate_id from public.holds h join core.streams s on s.aggregate_id = h.id
    where h.session_id = expire_holds_of.session_id and h.status = 'held' and h.expires_at <= now()
    for update of s skip locked);
  hold public.holds;
begin
  for hold in select h.* from public.holds h where h.id = any (expired) and h.status = 'held' order by h.id loop
    perform appointments.end_hold(hold, 'expired', false);
  end loop;
end $$;
comment on function appointments.expire_holds_of(uuid) is 'Frees the seats of a session that expired holds still have, for the caller to take.';

-- Holds go with the account or the entry of the waitlist that they are for.
create function appointments.give_back_deleted_hold() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  perform appointments.join_bookings(old.organization_id);
  if old.session_id is null then
    perform calendar.release(old.id);
  else
    perform appointments.give_back_seats(old.session_id, old.party_size);
    perform appointments.close_if_empty(old.session_id);
  end if;
  return null;
end $$;
comment on function appointments.give_back_deleted_hold() is 'Gives back what a hold has that is deleted while it stands.';
create trigger holds_are_given_back after delete on public.holds
  for each row when (old.status = 'held') execute function appointments.give_back_deleted_hold();
