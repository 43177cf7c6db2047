-- Appointments, tickets: who may act on them, their locks, the order of the line, joining it.
-- Order of locks: idempotency key, stream of the ticket's appointment, streams of the queues by id, tickets.

create function appointments.find_queue(queue_id uuid)
returns public.queues
language plpgsql volatile security definer set search_path = '' as $$
declare
  queue public.queues;
begin
  select * into queue from public.queues q where q.id = queue_id;
  if queue.id is null or not (queue.active or core.is_member_or_service(queue.organization_id)) then
    perform core.raise_error(404, 'not_found', 'There is no such queue.');
  end if;
  return queue;
end $$;
comment on function appointments.find_queue(uuid) is 'The queue; PT404 when it is none, or retired and the caller no member.';

create function appointments.lock_queue(queue_id uuid)
returns public.queues
language plpgsql volatile security definer set search_path = '' as $$
declare
  queue public.queues;
begin
  perform core.lock_stream(queue_id);
  select * into queue from public.queues q where q.id = queue_id;
  return queue;
end $$;
comment on function appointments.lock_queue(uuid) is 'The queue, under the lock that every change of its line takes.';

-- The desk acts on everything; whoever serves at a counter of the queue, with manage_own, on what is at no other counter.
create function appointments.works_at(queue_id uuid, organization_id uuid, counter_id uuid default null)
returns boolean
language plpgsql stable security definer set search_path = '' as $$
begin
  return core.has_permission(organization_id, 'appointments.manage')
    or (core.has_permission(organization_id, 'appointments.manage_own') and exists (
      select from public.queue_counters c join public.resources r on r.id = c.resource_id
      where c.queue_id = works_at.queue_id and r.user_id = core.actor_id()
        and case when works_at.counter_id is null then c.active else c.id = works_at.counter_id end));
end $$;
comment on function appointments.works_at(uuid, uuid, uuid) is
  'Whether the caller runs the queue: with appointments.manage, or manage_own and a counter of theirs in it (that counter, if one is named; none that is retired, if not).';

create function appointments.require_works_at(queue_id uuid, organization_id uuid, counter_id uuid default null)
returns void
language plpgsql stable set search_path = '' as $$
begin
  if not core.is_member_or_service(organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such queue.');
  elsif not appointments.works_at(queue_id, organization_id, counter_id) then
    perform core.raise_error(403, 'permission_denied', 'Only the desk, or whoever serves at this counter, may do this.',
      '{"permission": "appointments.manage"}');
  end if;
end $$;
comment on function appointments.require_works_at(uuid, uuid, uuid) is 'PT403 unless works_at; PT404 for those who are no members.';

create type appointments.held_ticket as (ticket public.tickets, queue public.queues, standing text);
comment on type appointments.held_ticket is 'A ticket under its queue''s lock, and what the caller is to it.';

-- A link is good for two days: a ticket is for one.
create function appointments.ticket_standing(ticket public.tickets, manage_token text)
returns text
language plpgsql stable security definer set search_path = '' as $$
begin
  if manage_token is not null then
    perform core.verify_link_token('ticket', ticket.id, manage_token);
    if ticket.joined_at < now() - interval '2 days' then
      perform core.raise_error(401, 'invalid_manage_token', 'This link has expired.');
    end if;
    return 'customer';
  end if;
  return case
    when appointments.works_at(ticket.queue_id, ticket.organization_id, ticket.counter_id) then 'desk'
    when ticket.customer_id = core.actor_id() then 'customer'
    when core.has_permission(ticket.organization_id, 'appointments.read') then 'reader'
  end;
end $$;
comment on function appointments.ticket_standing(public.tickets, text) is
  'What the caller is to a ticket: desk, customer, reader, or null (it does not exist for them).';

create function appointments.find_ticket(ticket_id uuid)
returns public.tickets
language plpgsql volatile security definer set search_path = '' as $$
declare
  ticket public.tickets;
begin
  select * into ticket from public.tickets t where t.id = ticket_id;
  return ticket;
end $$;
comment on function appointments.find_ticket(uuid) is 'A ticket by its id.';

create function appointments.require_ticket_standing(ticket public.tickets, manage_token text, desk_only boolean)
returns text
language plpgsql stable set search_path = '' as $$
declare
  standing text := appointments.ticket_standing(ticket, manage_token);
begin
  if ticket.id is null or standing is null then
    perform core.raise_error(404, 'not_found', 'There is no such ticket.');
  elsif standing = 'reader' or (desk_only and standing <> 'desk') then
    perform core.raise_error(403, 'permission_denied', 'Only the desk, or whoever serves at this counter, may do this.',
      '{"permission": "appointments.manage"}');
  end if;
  return standing;
end $$;
comment on function appointments.require_ticket_standing(public.tickets, text, boolean) is 'desk or customer; PT404, PT403.';

-- The appointment's lock comes first: checking in takes them in this order too.
create function appointments.hold_ticket(
  ticket_id uuid, expected_version bigint, manage_token text, desk_only boolean default true, other_queue_id uuid default null)
returns appointments.held_ticket
language plpgsql volatile security definer set search_path = '' as $$
declare
  held appointments.held_ticket;
  before public.tickets := appointments.find_ticket(ticket_id);
begin
  held.standing := appointments.require_ticket_standing(before, manage_token, desk_only);
  if before.appointment_id is not null then
    perform core.lock_stream(before.appointment_id);
  end if;
  perform core.lock_stream(q.id)
  from (
    select x.id from public.queues x
    where x.id in (before.queue_id, other_queue_id) and x.organization_id = before.organization_id order by x.id) q;
  held.queue := appointments.lock_queue(before.queue_id);
  held.ticket := appointments.find_ticket(ticket_id);
  if (held.ticket).queue_id <> before.queue_id or (held.ticket).version <> expected_version then
    perform core.raise_error(409, 'version_conflict', 'Someone else changed this in the meantime. Read it again.',
      jsonb_build_object('expected', coalesce(expected_version, before.version), 'actual', (held.ticket).version));
  end if;
  if (held.ticket).counter_id is distinct from before.counter_id then
    held.standing := appointments.require_ticket_standing(held.ticket, manage_token, desk_only);
  end if;
  return held;
end $$;
comment on function appointments.hold_ticket(uuid, bigint, text, boolean, uuid) is
  'The ticket, its queue (and another of its organization) locked, and the caller''s standing. PT404, PT403, PT409 version_conflict.';

create function appointments.require_ticket_move(ticket public.tickets, wanted text)
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if not appointments.ticket_may_become(ticket.status, wanted) then
    perform core.raise_error(409, 'invalid_transition', format('The ticket is %s: it cannot become %s.', ticket.status, wanted),
      jsonb_build_object('from', ticket.status, 'to', wanted));
  end if;
end $$;
comment on function appointments.require_ticket_move(public.tickets, text) is
  'PT409 invalid_transition {from, to} before the constraint would say so; the queue''s lock makes the two agree.';

-- the line -----------------------------------------------------------------------------------------------------------

create function appointments.rank(ticket public.tickets, queue public.queues, at timestamptz)
returns double precision[]
language plpgsql immutable set search_path = '' as $$
declare
  due boolean := coalesce(
    ticket.appointment_at - make_interval(mins => queue.appointment_early_minutes) <= at
    and ticket.ranked_at <= ticket.appointment_at + make_interval(mins => queue.appointment_late_minutes), false);
  keys double precision[] := '{}';
  key text;
begin
  foreach key in array queue.order_by loop
    keys := keys || case key
      when 'priority' then -ticket.priority
      when 'appointment_time' then case when due then extract(epoch from ticket.appointment_at) else 'infinity' end
      else extract(epoch from ticket.ranked_at)
    end::double precision;
  end loop;
  return keys || extract(epoch from ticket.joined_at)::double precision || ticket.number::double precision;
end $$;
comment on function appointments.rank(public.tickets, public.queues, timestamptz) is
  'Where a ticket stands: arrays compare key by key in the queue''s order, smaller first; ties by time of joining and number.';

create function appointments.line(queue public.queues)
returns setof public.tickets
language plpgsql stable set search_path = '' as $$
begin
  return query select t.* from public.tickets t
  where t.queue_id = queue.id and t.status = 'waiting'
  order by appointments.rank(t, queue, now());
end $$;
comment on function appointments.line(public.queues) is 'Those who wait, in the order in which they will be called.';

create function appointments.is_here(ticket public.tickets, queue public.queues)
returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return ticket.arrived_at is not null or not queue.remote_must_arrive;
end $$;
comment on function appointments.is_here(public.tickets, public.queues) is 'Whether a ticket can be called: who joined from afar must have arrived.';

-- the trail ----------------------------------------------------------------------------------------------------------

create function appointments.ticket_event_data(ticket public.tickets)
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object('queue_id', ticket.queue_id, 'ticket_type_id', ticket.ticket_type_id, 'number', ticket.number,
    'label', ticket.label, 'status', ticket.status, 'priority', ticket.priority, 'counter_id', ticket.counter_id,
    'appointment_id', ticket.appointment_id);
end $$;
comment on function appointments.ticket_event_data(public.tickets) is 'The data that every ticket event carries; nothing of it is personal.';

create function appointments.record_ticket(ticket public.tickets, before public.tickets, type text, more jsonb default '{}')
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(ticket.organization_id, 'ticket', ticket.id, type,
    appointments.ticket_event_data(ticket) || more, ticket.version - 1);
  perform core.audit(ticket.organization_id, type, 'ticket', ticket.id,
    case when before.id is not null then appointments.ticket_event_data(before) end, appointments.ticket_event_data(ticket) || more);
end $$;
comment on function appointments.record_ticket(public.tickets, public.tickets, text, jsonb) is 'The event and the audit row of a change to a ticket.';

create function appointments.ticket_document(ticket public.tickets)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
begin
  return (select jsonb_build_object(
    'id', ticket.id, 'organization_id', ticket.organization_id, 'queue_id', ticket.queue_id, 'queue_name', q.name,
    'ticket_type_id', ticket.ticket_type_id, 'ticket_type_name', y.name, 'number', ticket.number, 'label', ticket.label,
    'status', ticket.status, 'priority', ticket.priority, 'notes', ticket.notes, 'reason', ticket.reason,
    'customer_id', ticket.customer_id,
    'guest', case when ticket.guest_name is not null then jsonb_build_object('name', ticket.guest_name, 'phone', ticket.guest_phone) end,
    'appointment_id', ticket.appointment_id, 'appointment_at', ticket.appointment_at,
    'remote', ticket.remote, 'is_here', appointments.is_here(ticket, q),
    'counter_id', ticket.counter_id, 'counter_name', c.name, 'recalls', ticket.recalls,
    'position', b.line -> ticket.id::text -> 0, 'p50_minutes', b.line -> ticket.id::text -> 1, 'p80_minutes', b.line -> ticket.id::text -> 2,
    'joined_at', ticket.joined_at, 'called_at', ticket.called_at, 'started_at', ticket.started_at, 'ended_at', ticket.ended_at,
    'topic', format('ticket:%s:%s', ticket.id, ticket.topic_key), 'version', ticket.version, 'updated_at', ticket.updated_at)
  from public.queues q
  join public.ticket_types y on y.id = ticket.ticket_type_id
  left join public.queue_counters c on c.id = ticket.counter_id
  left join appointments.queue_boards b on b.queue_id = q.id
  where q.id = ticket.queue_id);
end $$;
comment on function appointments.ticket_document(public.tickets) is 'A ticket as commands answer it, for its holder and the desk; waits as last published.';

create function appointments.settle(ticket public.tickets, before public.tickets, type text, more jsonb default '{}')
returns jsonb
language plpgsql set search_path = '' as $$
begin
  perform appointments.record_ticket(ticket, before, type, more);
  perform appointments.publish(ticket.queue_id, ticket);
  return appointments.ticket_document(ticket);
end $$;
comment on function appointments.settle(public.tickets, public.tickets, text, jsonb) is 'Records a change, publishes the board, and returns the ticket''s document.';

-- joining ------------------------------------------------------------------------------------------------------------

create function appointments.require_type(queue public.queues, ticket_type_id uuid)
returns uuid
language plpgsql stable set search_path = '' as $$
declare
  types uuid[] := array(select y.id from public.ticket_types y where y.queue_id = queue.id and y.active);
begin
  if ticket_type_id is null and cardinality(types) = 1 then
    return types[1];
  elsif ticket_type_id is null or ticket_type_id <> all (types) then
    perform core.raise_error(422, 'invalid_input', 'Choose one of the queue''s ticket types.', '{"field": "ticket_type_id"}');
  end if;
  return ticket_type_id;
end $$;
comment on function appointments.require_type(public.queues, uuid) is 'The type, which may be left out where the queue has one only. PT422.';

create function appointments.day_of(queue public.queues, instant timestamptz)
returns date
language plpgsql stable set search_path = '' as $$
begin
  return ((instant at time zone queue.time_zone) - queue.day_starts_at::interval)::date;
end $$;
comment on function appointments.day_of(public.queues, timestamptz) is 'The day of a queue that an instant belongs to, by its own zone and beginning of a day.';

create function appointments.today(queue public.queues)
returns date
language plpgsql stable set search_path = '' as $$
begin
  return appointments.day_of(queue, now());
end $$;
comment on function appointments.today(public.queues) is 'The day it is where the queue stands, by its own beginning of a day.';

-- Under the queue's lock, so numbers have no gaps and none comes twice.
create function appointments.insert_ticket(queue public.queues, ticket public.tickets)
returns public.tickets
language plpgsql set search_path = '' as $$
begin
  if ticket.appointment_id is null
    and (select count(*) >= queue.maximum_length from public.tickets t where t.queue_id = queue.id and t.status = 'waiting') then
    perform core.raise_error(409, 'queue_full', 'The line is full. Try again later.', jsonb_build_object('maximum', queue.maximum_length));
  end if;
  update public.queues q
  set numbered_on = appointments.today(q),
    -- A day comes back when a queue's day begins at another time from now on, or in another zone.
    last_number = case when q.numbered_on = appointments.today(q) then q.last_number
      else coalesce((select max(t.number) from public.tickets t where t.issued_by = q.id and t.day = appointments.today(q)), 0) end + 1
  where q.id = queue.id
  returning q.numbered_on, q.last_number into ticket.day, ticket.number;
  begin
    insert into public.tickets (organization_id, queue_id, ticket_type_id, issued_by, day, number, label, status, priority,
      customer_id, guest_name, guest_phone, appointment_id, appointment_at, remote, arrived_at, notes)
    values (queue.organization_id, queue.id, ticket.ticket_type_id, queue.id, ticket.day, ticket.number,
      queue.prefix || lpad(ticket.number::text, greatest(3, length(ticket.number::text)), '0'), 'waiting', ticket.priority,
      ticket.customer_id, ticket.guest_name, ticket.guest_phone, ticket.appointment_id, ticket.appointment_at,
      ticket.remote, case when not ticket.remote then now() end, ticket.notes)
    returning * into ticket;
  exception when unique_violation then
    perform core.raise_error(409, 'already_in_line', 'They are in this line already.', jsonb_build_object('ticket_id', (
      select t.id from public.tickets t where t.queue_id = queue.id and t.customer_id = ticket.customer_id
        and t.status in ('waiting', 'called', 'serving'))));
  end;
  return ticket;
end $$;
comment on function appointments.insert_ticket(public.queues, public.tickets) is
  'Gives the next number of the queue''s day and writes the ticket. PT409 queue_full, already_in_line.';

create function appointments.join_as(
  queue public.queues, ticket_type_id uuid, priority integer, notes text, customer_id uuid, guest jsonb, remote boolean)
returns public.tickets
language plpgsql stable set search_path = '' as $$
declare
  ticket public.tickets;
  at_desk boolean := appointments.works_at(queue.id, queue.organization_id);
begin
  if not at_desk and not queue.remote_join then
    perform core.raise_error(403, 'remote_join_not_allowed', 'Take a ticket at the desk.');
  elsif not at_desk and (coalesce(priority, 0) <> 0 or coalesce(customer_id, core.actor_id()) is distinct from core.actor_id()) then
    perform core.raise_error(403, 'permission_denied', 'Only the desk gives priority or tickets for others.', '{"permission": "appointments.manage"}');
  elsif customer_id is not null and not exists (select from public.profiles p where p.id = customer_id) then
    perform core.raise_error(422, 'invalid_input', 'There is no such customer.', '{"field": "customer_id"}');
  elsif guest is not null and (jsonb_typeof(guest) <> 'object' or customer_id is not null or length(trim(coalesce(guest ->> 'name', ''))) = 0
    or (core.actor_id() is not null and not at_desk)) then
    perform core.raise_error(422, 'invalid_input', 'A guest is someone without an account, with a name.', '{"field": "guest"}');
  elsif not at_desk and core.actor_id() is null and guest is null then
    perform core.raise_error(401, 'not_authenticated', 'Sign in, or join as a guest.');
  end if;
  ticket.ticket_type_id := appointments.require_type(queue, ticket_type_id);
  ticket.priority := coalesce(priority, 0);
  ticket.notes := nullif(notes, '');
  ticket.customer_id := case when at_desk then customer_id else core.actor_id() end;
  ticket.guest_name := trim(guest ->> 'name');
  ticket.guest_phone := nullif(trim(guest ->> 'phone'), '');
  ticket.remote := not at_desk or coalesce(remote, false);
  return ticket;
end $$;
comment on function appointments.join_as(public.queues, uuid, integer, text, uuid, jsonb, boolean) is
  'The ticket that the caller may have: at the desk for anyone, otherwise for themselves and from afar.';

create function appointments.join_queue(
  queue_id uuid, ticket_type_id uuid, priority integer, notes text, customer_id uuid, guest jsonb, remote boolean, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  queue public.queues := appointments.find_queue(queue_id);
  ticket public.tickets;
  none public.tickets;
  answer jsonb := core.recall('queue.join', queue.organization_id, idempotency_key,
    jsonb_build_array(queue_id, ticket_type_id, priority, notes, customer_id, guest, remote));
begin
  if answer is null then
    ticket := appointments.join_as(queue, ticket_type_id, priority, notes, customer_id, guest, remote);
    queue := appointments.lock_queue(queue_id);
    if queue.status <> 'open' or not queue.active then
      perform core.raise_error(409, 'queue_not_open', 'Nobody can join this queue now.', jsonb_build_object('queue_status', queue.status));
    end if;
    ticket := appointments.insert_ticket(queue, ticket);
    answer := core.keep('queue.join', queue.organization_id, idempotency_key,
      appointments.settle(ticket, none, 'ticket.joined', jsonb_build_object('remote', ticket.remote)));
  end if;
  -- The link is made anew each time, so that none is kept with the answer.
  if answer ->> 'customer_id' is null then
    answer := answer || jsonb_build_object('manage_token', core.link_token('ticket', (answer ->> 'id')::uuid));
  end if;
  return answer;
end $$;
grant execute on function appointments.join_queue(uuid, uuid, integer, text, uuid, jsonb, boolean, text) to anon, authenticated, service_role;
comment on function appointments.join_queue(uuid, uuid, integer, text, uuid, jsonb, boolean, text) is 'See public.join_queue.';
