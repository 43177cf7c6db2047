-- Appointments, commands on the waitlist: wait, be offered what is given back, book it or let it go.
-- An offer is a hold. Whoever gives a slot back offers it in the same transaction, so that nobody comes between; of what
-- it offers nobody else can have a claim, so that it never waits for another booking.

create function appointments.record_entry(entry public.waitlist_entries, type text, more jsonb default '{}')
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(entry.organization_id, 'waitlist_entry', entry.id, type, jsonb_build_object(
    'service_id', entry.service_id, 'status', entry.status, 'party_size', entry.party_size) || more);
  -- The audit log is never erased: who a guest is stays out of it.
  perform core.audit(entry.organization_id, type, 'waitlist_entry', entry.id, null,
    to_jsonb(entry) - array['guest_name', 'guest_email', 'guest_phone'] || more);
end $$;
comment on function appointments.record_entry(public.waitlist_entries, text, jsonb) is 'The event and the audit row of a change to an entry of the waitlist.';

create function appointments.make_offer(
  entry public.waitlist_entries, service public.services, terms appointments.terms, starts_at timestamptz, team uuid[], session_id uuid)
returns boolean
language plpgsql set search_path = '' as $$
declare
  hold_id uuid := core.uuid_v7();
  expires_at timestamptz := least(now() + make_interval(mins => service.offer_minutes), starts_at);
  session public.group_sessions;
  hold public.holds;
begin
  if session_id is not null then
    session := appointments.take_seats_of(session_id, entry.party_size);
    if session.id is null then
      return false;
    end if;
  else
    perform calendar.claim(team, appointments.claimed(terms, starts_at), 'hold', hold_id, expires_at);
  end if;
  hold := appointments.insert_hold(service, hold_id, row(starts_at, starts_at + terms.duration, team, session_id)::appointments.place,
    entry.party_size, entry.customer_id, entry.id, expires_at);
  update public.waitlist_entries w set status = 'offered', hold_id = hold.id, updated_at = now() where w.id = entry.id returning * into entry;
  perform appointments.record_entry(entry, 'waitlist.offered', jsonb_build_object(
    'hold_id', hold.id, 'starts_at', hold.starts_at, 'ends_at', hold.ends_at, 'expires_at', hold.expires_at));
  return true;
end $$;
comment on function appointments.make_offer(public.waitlist_entries, public.services, appointments.terms, timestamptz, uuid[], uuid) is
  'Holds a slot for who is next in line and tells them; false when the session''s seats do not suffice.';

-- An entry is locked only once a slot suits it: whoever else gives something back at this moment must find the others.
create function appointments.lock_waiting(entry_id uuid)
returns boolean
language plpgsql set search_path = '' as $$
begin
  perform from public.waitlist_entries w where w.id = entry_id and w.status = 'waiting' for no key update skip locked;
  return found;
end $$;
comment on function appointments.lock_waiting(uuid) is
  'Locks an entry that waits; false when it no longer does, or another transaction is offering it something at this moment.';

-- Claims only of what this transaction has given back, so that it waits for nobody. What needs more (the service takes
-- longer than it did, or what had expired was taken meanwhile) is for appointments.offer_next to find.
create function appointments.offer_freed(service_id uuid, resource_ids uuid[], starts_at timestamptz, session_id uuid, freed tstzrange)
returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
declare
  service public.services;
  terms appointments.terms;
  team uuid[];
  entry public.waitlist_entries;
begin
  for entry in
    select w.* from public.waitlist_entries w
    where w.service_id = offer_freed.service_id and w.status = 'waiting' and w.during @> offer_freed.starts_at
      and (w.resource_id is null or w.resource_id = any (offer_freed.resource_ids)) and offer_freed.starts_at <> all (w.declined_starts)
    order by w.created_at, w.id limit 200
  loop
    if service.id is null then
      select * into service from public.services s where s.id = offer_freed.service_id;
    end if;
    exit when not service.active or not starts_at <@ appointments.customers_range(service);
    terms := appointments.service_terms(service, entry.party_size);
    terms.customer := appointments.customer_key(entry.customer_id, entry.guest_email, entry.guest_phone);
    if session_id is not null then
      exit when not exists (select from public.group_sessions g where g.id = session_id and g.status = 'open' and g.seats_taken < g.seats);
      continue when not exists (
        select from public.group_sessions g where g.id = session_id and g.seats_taken + entry.party_size <= g.seats)
        or not appointments.lock_waiting(entry.id);
      perform appointments.make_offer(entry, service, terms, starts_at, resource_ids, session_id);
    else
      exit when freed is null or not appointments.claimed(terms, starts_at) <@ freed;
      select (f.team).resource_ids into team
        from appointments.free_teams(service, terms, tstzrange(starts_at, starts_at, '[]'), entry.resource_id) f
        where (f.team).resource_ids <@ offer_freed.resource_ids
        limit 1;
      continue when not found or not appointments.lock_waiting(entry.id);
      perform appointments.make_offer(entry, service, terms, starts_at, team, null);
      exit;
    end if;
  end loop;
  if session_id is not null then
    perform appointments.close_if_empty(session_id);
  end if;
end $$;
comment on function appointments.offer_freed(uuid, uuid[], timestamptz, uuid, tstzrange) is
  'Offers a slot, or seats of a session, that have just been given back to the first in line whom they suit; a session that nobody planned ends when nobody is left.';

create function appointments.offer_slot(
  entry public.waitlist_entries, service public.services, starts_at timestamptz)
returns boolean
language plpgsql set search_path = '' as $$
declare
  terms appointments.terms := appointments.service_terms(service, entry.party_size);
  instant tstzrange := tstzrange(starts_at, starts_at, '[]');
  team uuid[];
  session_id uuid;
begin
  terms.customer := appointments.customer_key(entry.customer_id, entry.guest_email, entry.guest_phone);
  select (o.team).resource_ids into team from appointments.offered(service, terms, instant, entry.resource_id) o limit 1;
  if not found then
    return false;
  end if;
  perform appointments.join_bookings(service.organization_id);
  if not appointments.lock_waiting(entry.id) then
    return false;
  end if;
  if service.seats > 1 then
    select (p.session).id into session_id from appointments.open_sessions(service, terms, instant, entry.resource_id) p limit 1;
    session_id := coalesce(session_id,
      (appointments.open_session(service, terms, starts_at, entry.resource_id, service.seats, 0, false)).id);
  else
    perform calendar.clear_expired(team, appointments.claimed(terms, starts_at));
  end if;
  return appointments.make_offer(entry, service, terms, starts_at, team, session_id);
exception when sqlstate 'PT409' or sqlstate 'PT422' then
  return false;  -- someone was faster
end $$;
comment on function appointments.offer_slot(public.waitlist_entries, public.services, timestamptz) is
  'Offers a start to someone who waits, if they can have it; false when not, or no longer.';

-- What comes free in other ways (new hours, an absence taken back, another service) is found by looking: once a service, for
-- whoever waits for it. One offer a transaction: like a booking it then claims one time only, and cannot deadlock with others.
-- A run begins with another service each time and looks for ten seconds at most: who waits for what never comes free is in
-- nobody else's way.
create function appointments.offer_next()
returns integer
language plpgsql set search_path = '' as $$
declare
  service public.services;
  terms appointments.terms;
  within tstzrange;
  candidate record;
  ends timestamptz := clock_timestamp() + interval '10 seconds';
begin
  for service in
    select s.* from public.services s
    where s.active and s.id in (select w.service_id from public.waitlist_entries w where w.status = 'waiting' and upper(w.during) > now())
    order by random()
  loop
    exit when clock_timestamp() > ends;
    terms := appointments.service_terms(service);
    within := appointments.customers_range(service) * (
      select range_merge(range_agg(w.during)) from public.waitlist_entries w where w.service_id = service.id and w.status = 'waiting');
    within := within * tstzrange(lower(within), lower(within) + appointments.longest_range(service.id, terms, null));
    for candidate in
      select w as entry, o.starts_at
      from public.waitlist_entries w
      join appointments.offered(service, terms, within) o
        on w.during @> o.starts_at and o.starts_at <> all (w.declined_starts)
        and (w.resource_id is null or w.resource_id = any ((o.team).resource_ids))
        and (service.seats = 1 or w.party_size <= o.seats_left)
      where w.service_id = service.id and w.status = 'waiting'
      order by w.created_at, w.id, o.starts_at limit 200
    loop
      if appointments.offer_slot(candidate.entry, service, candidate.starts_at) then
        return 1;
      end if;
    end loop;
  end loop;
  return 0;
end $$;
comment on function appointments.offer_next() is
  'Job: makes the next offer to the first on a service''s waitlist for whom there is a slot; returns how many it made, 0 or 1.';

create function appointments.lapse_waiting()
returns integer
language plpgsql set search_path = '' as $$
declare
  entry public.waitlist_entries;
  lapsed integer := 0;
begin
  for entry in
    with past as (
      select w.id from public.waitlist_entries w where w.status = 'waiting' and upper(w.during) <= now()
      order by w.id limit 1000 for no key update skip locked)
    update public.waitlist_entries w set status = 'lapsed', updated_at = now() from past where w.id = past.id returning w.*
  loop
    perform appointments.record_entry(entry, 'waitlist.lapsed');
    lapsed := lapsed + 1;
  end loop;
  return lapsed;
end $$;
comment on function appointments.lapse_waiting() is 'Job: ends the waiting of those whom nothing suited in time; returns how many.';

create function appointments.end_offer(entry_id uuid, status text, appointment_id uuid)
returns void
language plpgsql set search_path = '' as $$
declare
  entry public.waitlist_entries;
begin
  update public.waitlist_entries w
  set status = end_offer.status, hold_id = null, appointment_id = end_offer.appointment_id, updated_at = now(),
    declined_starts = case when end_offer.status = 'waiting'
      then w.declined_starts || (select h.starts_at from public.holds h where h.id = w.hold_id) else w.declined_starts end
  where w.id = entry_id and w.status = 'offered'
  returning * into entry;
  if found then
    perform appointments.record_entry(entry,
      case status when 'booked' then 'waitlist.booked' when 'lapsed' then 'waitlist.lapsed' else 'waitlist.declined' end);
  end if;
end $$;
comment on function appointments.end_offer(uuid, text, uuid) is
  'What became of an offer: booked, lapsed, or declined; who declines one keeps waiting for others (status waiting).';

create function appointments.entry_document(entry public.waitlist_entries)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object('id', entry.id, 'organization_id', entry.organization_id, 'service_id', entry.service_id,
    'resource_id', entry.resource_id, 'customer_id', entry.customer_id, 'from_time', lower(entry.during), 'to_time', upper(entry.during),
    'party_size', entry.party_size, 'status', entry.status, 'appointment_id', entry.appointment_id, 'created_at', entry.created_at,
    'position', case when entry.status = 'waiting' then (
      select count(*) from public.waitlist_entries w
      where w.service_id = entry.service_id and w.status = 'waiting' and w.during && entry.during
        and (w.created_at, w.id) <= (entry.created_at, entry.id)) end,
    'offer', (select appointments.hold_document(h) from public.holds h where h.id = entry.hold_id));
end $$;
comment on function appointments.entry_document(public.waitlist_entries) is
  'An entry of the waitlist as commands answer it, with its place in the line and the offer that stands.';

create function appointments.join_waitlist(
  service_id uuid, from_time timestamptz, to_time timestamptz, resource_id uuid, party_size integer, customer_id uuid, guest jsonb, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  service public.services := appointments.require_bookable_service(service_id);
  customer uuid;
  entry public.waitlist_entries;
  answer jsonb;
begin
  answer := core.recall('waitlist.join', service.organization_id, idempotency_key,
    jsonb_build_array(service_id, from_time, to_time, resource_id, party_size, customer_id, guest));
  if answer is null then
    customer := appointments.require_booker(service, customer_id, guest);
    perform appointments.check_party(service, party_size);
    if from_time is null or to_time is null or not isfinite(from_time) or not isfinite(to_time) or to_time <= greatest(from_time, now())
      or to_time - from_time > interval '366 days' or from_time > now() + interval '17544 hours' then
      perform core.raise_error(422, 'invalid_input', 'Say between which times, at most a year apart, not past and within two years, a start would suit.', '{"field": "to_time"}');
    end if;
    if resource_id is not null and not exists (
      select from public.service_group_members m where m.service_id = service.id and m.resource_id = join_waitlist.resource_id) then
      perform core.raise_error(422, 'invalid_input', 'This service is not served by that resource.', '{"field": "resource_id"}');
    end if;
    insert into public.waitlist_entries (organization_id, service_id, resource_id, customer_id, guest_name, guest_email, guest_phone, during, party_size)
    values (service.organization_id, service.id, resource_id, customer, trim(guest ->> 'name'), lower(guest ->> 'email'),
      nullif(trim(guest ->> 'phone'), ''), tstzrange(from_time, to_time), party_size)
    on conflict do nothing
    returning * into entry;
    if entry.id is null then
      perform core.raise_error(409, 'already_waiting', 'You wait for this already.');
    end if;
    perform appointments.record_entry(entry, 'waitlist.joined');
    answer := core.keep('waitlist.join', service.organization_id, idempotency_key, appointments.entry_document(entry));
  end if;
  if guest is not null then
    answer := answer || jsonb_build_object('waitlist_token', core.link_token('waitlist_entry', (answer ->> 'id')::uuid));
  end if;
  return answer;
end $$;
grant execute on function appointments.join_waitlist(uuid, timestamptz, timestamptz, uuid, integer, uuid, jsonb, text) to anon, authenticated, service_role;
comment on function appointments.join_waitlist(uuid, timestamptz, timestamptz, uuid, integer, uuid, jsonb, text) is 'See public.join_waitlist.';

create function appointments.require_entry(entry_id uuid, waitlist_token text, permission text)
returns public.waitlist_entries
language plpgsql stable set search_path = '' as $$
declare
  entry public.waitlist_entries;
begin
  select * into entry from public.waitlist_entries w where w.id = entry_id;
  if waitlist_token is not null then
    perform core.verify_link_token('waitlist_entry', entry_id, waitlist_token);
  end if;
  if entry.id is null or not (waitlist_token is not null or coalesce(entry.customer_id = core.actor_id(), false)
    or core.has_permission(entry.organization_id, permission)) then
    perform core.raise_error(404, 'not_found', 'There is no such entry.');
  end if;
  return entry;
end $$;
comment on function appointments.require_entry(uuid, text, text) is
  'An entry, for its customer, its guest (by the token) and members with the permission. PT404 for anyone else.';

create function appointments.get_waitlist_entry(entry_id uuid, waitlist_token text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  entry public.waitlist_entries := appointments.require_entry(entry_id, waitlist_token, 'appointments.read');
begin
  return appointments.entry_document(entry)
    || case when entry.hold_id is not null and waitlist_token is not null
      then jsonb_build_object('hold_token', core.link_token('hold', entry.hold_id)) else '{}' end;
end $$;
grant execute on function appointments.get_waitlist_entry(uuid, text) to anon, authenticated, service_role;
comment on function appointments.get_waitlist_entry(uuid, text) is 'See public.get_waitlist_entry.';

create function appointments.leave_waitlist(entry_id uuid, waitlist_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  entry public.waitlist_entries := appointments.require_entry(entry_id, waitlist_token, 'appointments.manage');
  offered_id uuid := entry.hold_id;
begin
  -- The hold's stream is locked before the entry, as by whoever books or ends the offer.
  if offered_id is not null then
    perform core.lock_stream(offered_id);
  end if;
  update public.waitlist_entries w set status = 'left', hold_id = null, updated_at = now()
  where w.id = entry.id and w.status in ('waiting', 'offered') and w.hold_id is not distinct from offered_id
  returning * into entry;
  if not found then
    select * into entry from public.waitlist_entries w where w.id = entry_id;
    perform core.raise_error(409, case when entry.status in ('waiting', 'offered') then 'version_conflict' else 'invalid_transition' end,
      'This has changed in the meantime.', jsonb_build_object('from', entry.status, 'to', 'left'));
  end if;
  perform appointments.record_entry(entry, 'waitlist.left');
  if offered_id is not null then
    perform appointments.end_hold((select h from public.holds h where h.id = offered_id), 'released');
  end if;
  return appointments.entry_document(entry);
end $$;
grant execute on function appointments.leave_waitlist(uuid, text) to anon, authenticated, service_role;
comment on function appointments.leave_waitlist(uuid, text) is 'See public.leave_waitlist.';

create function public.join_waitlist(
  service_id uuid, from_time timestamptz, to_time timestamptz, resource_id uuid default null, party_size integer default 1,
  customer_id uuid default null, guest jsonb default null, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.join_waitlist(service_id, from_time, to_time, resource_id, party_size, customer_id, guest, idempotency_key);
end $$;
grant execute on function public.join_waitlist(uuid, timestamptz, timestamptz, uuid, integer, uuid, jsonb, text) to anon, authenticated, service_role;
comment on function public.join_waitlist(uuid, timestamptz, timestamptz, uuid, integer, uuid, jsonb, text) is
  'Waits for a slot of a service that starts in [from_time, to_time), with one resource if given. Returns the entry with its position, to guests with their waitlist_token. A slot that comes free is held for the first in line and offered (event waitlist.offered): book it with its hold_id. PT409 already_waiting.';

create function public.get_waitlist_entry(entry_id uuid, waitlist_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.get_waitlist_entry(entry_id, waitlist_token); end $$;
grant execute on function public.get_waitlist_entry(uuid, text) to anon, authenticated, service_role;
comment on function public.get_waitlist_entry(uuid, text) is
  'An entry of the waitlist with its position and the offer that stands; to guests with the hold_token to book it.';

create function public.leave_waitlist(entry_id uuid, waitlist_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.leave_waitlist(entry_id, waitlist_token); end $$;
grant execute on function public.leave_waitlist(uuid, text) to anon, authenticated, service_role;
comment on function public.leave_waitlist(uuid, text) is
  'Waits no longer; what was offered goes to the next in line. To decline an offer and keep waiting, release its hold.';
