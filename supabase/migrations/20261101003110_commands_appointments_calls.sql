-- Appointments, commands at the counter and on a ticket that exists: call, recall, serve, done, no-show, leave, transfer.

-- Under the queue's lock; the unique index tickets_one_at_a_counter is what makes a second one at a counter impossible.
create function appointments.call_to(ticket public.tickets, counter public.queue_counters)
returns public.tickets
language plpgsql set search_path = '' as $$
declare
  called public.tickets;
begin
  update public.tickets t
  set status = 'called', called_at = now(), counter_id = counter.id, resource_id = counter.resource_id, recalls = 0,
    version = t.version + 1, updated_at = now()
  where t.id = ticket.id
  returning * into called;
  perform appointments.observe_wait(called.queue_id, extract(epoch from called.called_at - called.entered_at)::double precision / 60,
    called.promised_p50, called.promised_p80, called.promised_model, called.promised_last);
  perform appointments.record_ticket(called, ticket, 'ticket.called');
  return called;
end $$;
comment on function appointments.call_to(public.tickets, public.queue_counters) is 'Calls a waiting ticket to a counter, and learns from how long it waited.';

-- Whoever is not here keeps their place; the event lets them know that their turn has come and gone by.
create function appointments.pass_over(ticket public.tickets)
returns void
language plpgsql set search_path = '' as $$
declare
  passed public.tickets;
begin
  if ticket.passed_over_at is null then
    update public.tickets t set passed_over_at = now(), version = t.version + 1, updated_at = now()
    where t.id = ticket.id returning * into passed;
    perform appointments.record_ticket(passed, ticket, 'ticket.passed_over');
    perform appointments.tell_ticket(format('ticket:%s:%s', passed.id, passed.topic_key), 'ticket.passed_over',
      jsonb_build_object('id', passed.id, 'label', passed.label, 'status', passed.status));
  end if;
end $$;
comment on function appointments.pass_over(public.tickets) is 'Notes, once, that a call went past a ticket whose holder is not here.';

create function appointments.take_next(queue public.queues, counter public.queue_counters)
returns public.tickets
language plpgsql set search_path = '' as $$
declare
  ticket public.tickets;
  none public.tickets;
begin
  for ticket in select * from appointments.line(queue) loop
    continue when counter.ticket_type_ids is not null and ticket.ticket_type_id <> all (counter.ticket_type_ids);
    if appointments.is_here(ticket, queue) then
      return appointments.call_to(ticket, counter);
    end if;
    perform appointments.pass_over(ticket);
  end loop;
  return none;
end $$;
comment on function appointments.take_next(public.queues, public.queue_counters) is
  'Calls the first in line whom the counter serves and who is here; null fields when there is none.';

create function appointments.call_next(queue_id uuid, counter_id uuid, ticket_id uuid, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  queue public.queues := appointments.find_queue(queue_id);
  counter public.queue_counters;
  ticket public.tickets;
  answer jsonb;
begin
  perform appointments.require_works_at(queue.id, queue.organization_id, counter_id);
  answer := core.recall('queue.call_next', queue.organization_id, idempotency_key, jsonb_build_array(queue_id, counter_id, ticket_id));
  if answer is not null then
    return answer;
  end if;
  queue := appointments.lock_queue(queue_id);
  counter := appointments.require_free_counter(queue, counter_id);
  if ticket_id is null then
    ticket := appointments.take_next(queue, counter);
  else
    ticket := appointments.find_ticket(ticket_id);
    if ticket.id is null or ticket.queue_id <> queue.id then
      perform core.raise_error(404, 'not_found', 'There is no such ticket in this queue.');
    end if;
    if ticket.status <> 'waiting' then
      perform core.raise_error(409, 'invalid_transition', format('The ticket is %s: it cannot be called.', ticket.status),
        jsonb_build_object('from', ticket.status, 'to', 'called'));
    end if;
    ticket := appointments.call_to(ticket, counter);
  end if;
  perform appointments.publish(queue.id, ticket);
  return core.keep('queue.call_next', queue.organization_id, idempotency_key, jsonb_build_object(
    'ticket', case when ticket.id is not null then appointments.ticket_document(ticket) end,
    'waiting', (select count(*) from public.tickets t where t.queue_id = queue.id and t.status = 'waiting')));
end $$;
grant execute on function appointments.call_next(uuid, uuid, uuid, text) to authenticated, service_role;
comment on function appointments.call_next(uuid, uuid, uuid, text) is 'See public.call_next.';

create function appointments.require_free_counter(queue public.queues, counter_id uuid)
returns public.queue_counters
language plpgsql volatile set search_path = '' as $$
declare
  counter public.queue_counters;
  busy public.tickets;
begin
  select * into counter from public.queue_counters c where c.id = counter_id and c.queue_id = queue.id and c.active;
  if counter.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such counter in this queue.');
  elsif queue.status = 'closed' then
    perform core.raise_error(409, 'queue_not_open', 'The queue is closed: nobody is called.', jsonb_build_object('queue_status', queue.status));
  elsif counter.status <> 'open' then
    perform core.raise_error(409, 'counter_not_open', 'Open the counter first.', jsonb_build_object('counter_status', counter.status));
  end if;
  select * into busy from public.tickets t where t.counter_id = counter.id and t.status in ('called', 'serving');
  if busy.id is not null then
    perform core.raise_error(409, 'counter_busy', 'Finish with the ticket at this counter first.',
      jsonb_build_object('ticket_id', busy.id, 'label', busy.label, 'ticket_status', busy.status));
  end if;
  return counter;
end $$;
comment on function appointments.require_free_counter(public.queues, uuid) is
  'The counter, if it is open and free. PT404, PT409 queue_not_open, counter_not_open, counter_busy {ticket_id, label, ticket_status}.';

create function appointments.recall_ticket(ticket_id uuid, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, null);
  before public.tickets := held.ticket;
  ticket public.tickets;
begin
  if before.status <> 'called' then
    perform core.raise_error(409, 'invalid_transition', format('The ticket is %s: only who was called is called again.', before.status),
      jsonb_build_object('from', before.status, 'to', 'called'));
  end if;
  update public.tickets t set status = 'called', recalls = t.recalls + 1, version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  return appointments.settle(ticket, before, 'ticket.recalled', jsonb_build_object('recalls', ticket.recalls));
end $$;
grant execute on function appointments.recall_ticket(uuid, bigint) to authenticated, service_role;
comment on function appointments.recall_ticket(uuid, bigint) is 'See public.recall_ticket.';

create function appointments.serve_ticket(ticket_id uuid, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, null);
  before public.tickets := held.ticket;
  ticket public.tickets;
begin
  perform appointments.require_ticket_move(before, 'serving');
  update public.tickets t set status = 'serving', started_at = now(), arrived_at = coalesce(t.arrived_at, now()),
    version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  return appointments.settle(ticket, before, 'ticket.served');
end $$;
grant execute on function appointments.serve_ticket(uuid, bigint) to authenticated, service_role;
comment on function appointments.serve_ticket(uuid, bigint) is 'See public.serve_ticket.';

create function appointments.learn_service(ticket public.tickets, until timestamptz)
returns void
language plpgsql set search_path = '' as $$
begin
  perform appointments.observe_service(ticket.queue_id, ticket.ticket_type_id, ticket.resource_id,
    extract(epoch from until - ticket.started_at)::double precision / 60);
end $$;
comment on function appointments.learn_service(public.tickets, timestamptz) is 'Learns from how long a ticket was served.';

-- hold_ticket has the appointment's lock already.
create function appointments.fulfil_with_ticket(appointment_id uuid)
returns void
language plpgsql set search_path = '' as $$
declare
  before public.appointments := appointments.find(appointment_id);
  after public.appointments;
begin
  if before.status = 'checked_in' then
    update public.appointments a set status = 'fulfilled', version = a.version + 1, updated_at = now()
    where a.id = before.id and a.starts_at = before.starts_at returning * into after;
    perform appointments.record(after, before, 'appointment.fulfilled');
  end if;
end $$;
comment on function appointments.fulfil_with_ticket(uuid) is 'The appointment that stood in line with a ticket took place, when its ticket is done.';

create function appointments.finish_ticket(ticket_id uuid, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, null);
  before public.tickets := held.ticket;
  ticket public.tickets;
begin
  perform appointments.require_ticket_move(before, 'done');
  update public.tickets t set status = 'done', ended_at = now(), version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  perform appointments.learn_service(ticket, ticket.ended_at);
  if ticket.appointment_id is not null then
    perform appointments.fulfil_with_ticket(ticket.appointment_id);
  end if;
  return appointments.settle(ticket, before, 'ticket.done');
end $$;
grant execute on function appointments.finish_ticket(uuid, bigint) to authenticated, service_role;
comment on function appointments.finish_ticket(uuid, bigint) is 'See public.finish_ticket.';

create function appointments.miss_ticket(ticket_id uuid, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, null);
  before public.tickets := held.ticket;
  ticket public.tickets;
begin
  perform appointments.require_ticket_move(before, 'no_show');
  update public.tickets t set status = 'no_show', ended_at = now(), version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  -- When they went nobody saw: half of the wait is the guess that is wrong least.
  perform appointments.observe_leaving(ticket.queue_id,
    extract(epoch from before.called_at - before.entered_at)::double precision / 120);
  return appointments.settle(ticket, before, 'ticket.no_show');
end $$;
grant execute on function appointments.miss_ticket(uuid, bigint) to authenticated, service_role;
comment on function appointments.miss_ticket(uuid, bigint) is 'See public.miss_ticket.';

create function appointments.take_out(before public.tickets, reason text)
returns public.tickets
language plpgsql set search_path = '' as $$
declare
  ticket public.tickets;
begin
  update public.tickets t set status = 'left', ended_at = now(), reason = take_out.reason, version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  perform appointments.record_ticket(ticket, before, 'ticket.left', jsonb_build_object('reason_given', reason is not null));
  return ticket;
end $$;
comment on function appointments.take_out(public.tickets, text) is 'A ticket leaves the line, with its event.';

create function appointments.leave_queue(ticket_id uuid, reason text, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, manage_token, false);
  before public.tickets := held.ticket;
  ticket public.tickets;
begin
  perform appointments.require_ticket_move(before, 'left');
  ticket := appointments.take_out(before, nullif(reason, ''));
  perform appointments.observe_leaving(ticket.queue_id, extract(epoch from now() - before.entered_at)::double precision / 60);
  perform appointments.publish(ticket.queue_id, ticket);
  return appointments.ticket_document(ticket);
end $$;
grant execute on function appointments.leave_queue(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function appointments.leave_queue(uuid, text, bigint, text) is 'See public.leave_queue.';

create function appointments.reopen_ticket(ticket_id uuid, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, null);
  before public.tickets := held.ticket;
  ticket public.tickets;
  in_time boolean := coalesce(before.called_at, before.ended_at)
    + make_interval(mins => (held.queue).reopen_minutes) >= now();
begin
  if before.status not in ('no_show', 'left') or before.day <> appointments.today(held.queue) then
    perform core.raise_error(409, 'invalid_transition', 'Only a ticket of today that was missed or left is reopened.',
      jsonb_build_object('from', before.status, 'to', 'waiting'));
  elsif (held.queue).status = 'closed' then
    perform core.raise_error(409, 'queue_not_open', 'The queue is closed.', jsonb_build_object('queue_status', (held.queue).status));
  end if;
  begin
    update public.tickets t
    set status = 'waiting', ended_at = null, called_at = null, counter_id = null, resource_id = null, reason = null,
      passed_over_at = null, entered_at = now(), ranked_at = case when in_time then t.ranked_at else now() end,
      arrived_at = now(), promised_p50 = null, promised_p80 = null, promised_model = null, promised_last = null,
      version = t.version + 1, updated_at = now()
    where t.id = before.id returning * into ticket;
  exception when unique_violation then
    perform core.raise_error(409, 'already_in_line', 'They have another ticket in this line.');
  end;
  return appointments.settle(ticket, before, 'ticket.reopened', jsonb_build_object('kept_place', in_time));
end $$;
grant execute on function appointments.reopen_ticket(uuid, bigint) to authenticated, service_role;
comment on function appointments.reopen_ticket(uuid, bigint) is 'See public.reopen_ticket.';

create function appointments.arrive_ticket(ticket_id uuid, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, manage_token, false);
  before public.tickets := held.ticket;
  ticket public.tickets;
begin
  if before.status <> 'waiting' then
    perform core.raise_error(409, 'invalid_transition', format('The ticket is %s: it does not wait.', before.status),
      jsonb_build_object('from', before.status, 'to', 'arrived'));
  elsif before.arrived_at is not null then
    return appointments.ticket_document(before);
  end if;
  update public.tickets t set arrived_at = now(), version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  return appointments.settle(ticket, before, 'ticket.arrived');
end $$;
grant execute on function appointments.arrive_ticket(uuid, bigint, text) to anon, authenticated, service_role;
comment on function appointments.arrive_ticket(uuid, bigint, text) is 'See public.arrive_ticket.';

create function appointments.update_ticket(ticket_id uuid, changes jsonb, expected_version bigint, manage_token text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket;
  before public.tickets;
  ticket public.tickets;
begin
  perform core.refuse_unknown_keys(changes, array['priority', 'notes']);
  held := appointments.hold_ticket(ticket_id, expected_version, manage_token, changes ? 'priority');
  before := held.ticket;
  update public.tickets t
  set priority = coalesce((changes ->> 'priority')::integer, t.priority),
    notes = case when changes ? 'notes' then nullif(changes ->> 'notes', '') else t.notes end,
    version = t.version + 1, updated_at = now()
  where t.id = before.id returning * into ticket;
  -- The board does not show notes: who rewrites theirs all day makes nobody listen.
  if ticket.priority <> before.priority then
    return appointments.settle(ticket, before, 'ticket.updated');
  end if;
  perform appointments.record_ticket(ticket, before, 'ticket.updated');
  return appointments.ticket_document(ticket);
end $$;
grant execute on function appointments.update_ticket(uuid, jsonb, bigint, text) to anon, authenticated, service_role;
comment on function appointments.update_ticket(uuid, jsonb, bigint, text) is 'See public.update_ticket.';

create function appointments.transfer_ticket(
  ticket_id uuid, queue_id uuid, ticket_type_id uuid, keep_place boolean, expected_version bigint)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  held appointments.held_ticket := appointments.hold_ticket(ticket_id, expected_version, null, true, queue_id);
  before public.tickets := held.ticket;
  target public.queues := appointments.find_queue(coalesce(queue_id, before.queue_id));
  ticket public.tickets;
begin
  if target.organization_id <> before.organization_id then
    perform core.raise_error(404, 'not_found', 'There is no such queue.');
  elsif before.status not in ('waiting', 'called', 'serving') then
    perform appointments.require_ticket_move(before, 'transferred');
  elsif target.status = 'closed' or not target.active then
    perform core.raise_error(409, 'queue_not_open', 'That queue is closed.', jsonb_build_object('queue_status', target.status));
  end if;
  ticket_type_id := appointments.require_type(target, ticket_type_id);
  if target.id = before.queue_id and ticket_type_id = before.ticket_type_id then
    perform core.raise_error(422, 'invalid_input', 'It has this type in this queue already.', '{"field": "ticket_type_id"}');
  end if;
  insert into appointments.ticket_stages (ticket_id, queue_id, day, entered_at, called_at, started_at, ended_at, promised_p50, promised_p80)
  values (before.id, before.queue_id, before.day, before.entered_at, before.called_at, before.started_at, now(),
    before.promised_p50, before.promised_p80);
  if before.status = 'serving' then
    perform appointments.learn_service(before, now());
  end if;
  begin
    update public.tickets t
    set status = 'waiting', queue_id = target.id, ticket_type_id = transfer_ticket.ticket_type_id, counter_id = null, resource_id = null,
      called_at = null, started_at = null, passed_over_at = null, entered_at = now(),
      ranked_at = case when coalesce(keep_place, true) then t.ranked_at else now() end,
      promised_p50 = null, promised_p80 = null, promised_model = null, promised_last = null, version = t.version + 1, updated_at = now()
    where t.id = before.id returning * into ticket;
  exception when unique_violation then
    perform core.raise_error(409, 'already_in_line', 'They have another ticket in that line.');
  end;
  if target.id <> before.queue_id then
    perform appointments.publish(before.queue_id, null);
  end if;
  return appointments.settle(ticket, before, 'ticket.transferred', jsonb_build_object('previous_queue_id', before.queue_id));
end $$;
grant execute on function appointments.transfer_ticket(uuid, uuid, uuid, boolean, bigint) to authenticated, service_role;
comment on function appointments.transfer_ticket(uuid, uuid, uuid, boolean, bigint) is 'See public.transfer_ticket.';

create function appointments.get_ticket(ticket_id uuid, manage_token text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  ticket public.tickets;
  standing text;
begin
  select * into ticket from public.tickets t where t.id = ticket_id;
  standing := appointments.ticket_standing(ticket, manage_token);
  if ticket.id is null or standing is null then
    perform core.raise_error(404, 'not_found', 'There is no such ticket.');
  end if;
  return appointments.ticket_document(ticket);
end $$;
grant execute on function appointments.get_ticket(uuid, text) to anon, authenticated, service_role;
comment on function appointments.get_ticket(uuid, text) is 'See public.get_ticket.';
