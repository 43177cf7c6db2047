-- Appointments, the functions of queues that clients call: one line each, over the command of the same meaning.

create function public.create_queue(organization_id uuid, queue jsonb, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.create_queue(organization_id, queue, idempotency_key); end $$;
grant execute on function public.create_queue(uuid, jsonb, text) to authenticated, service_role;
comment on function public.create_queue(uuid, jsonb, text) is
  'Makes a walk-in queue: an object of the columns of queues, name at least. Needs resources.manage. Returns the queue.';

create function public.update_queue(queue_id uuid, changes jsonb)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.update_queue(queue_id, changes); end $$;
grant execute on function public.update_queue(uuid, jsonb) to authenticated, service_role;
comment on function public.update_queue(uuid, jsonb) is
  'Changes how a queue works: name, order_by, who may join, lengths, times. Needs resources.manage. Returns the queue.';

create function public.save_ticket_type(queue_id uuid, ticket_type jsonb, ticket_type_id uuid default null, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.save_ticket_type(queue_id, ticket_type_id, ticket_type, idempotency_key); end $$;
grant execute on function public.save_ticket_type(uuid, jsonb, uuid, text) to authenticated, service_role;
comment on function public.save_ticket_type(uuid, jsonb, uuid, text) is
  'Makes a ticket type of a queue, or changes the one that is named: {name, expected_minutes, service_id, active}. Needs resources.manage.';

create function public.save_queue_counter(queue_id uuid, counter jsonb, counter_id uuid default null, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.save_counter(queue_id, counter_id, counter, idempotency_key); end $$;
grant execute on function public.save_queue_counter(uuid, jsonb, uuid, text) to authenticated, service_role;
comment on function public.save_queue_counter(uuid, jsonb, uuid, text) is
  'Makes a counter of a queue, or changes the one that is named: {name, resource_id, ticket_type_ids, active}. It begins closed. Needs resources.manage.';

create function public.operate_queue(queue_id uuid, action text, counter_id uuid default null, resource_id uuid default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.operate_queue(queue_id, action, counter_id, resource_id); end $$;
grant execute on function public.operate_queue(uuid, text, uuid, uuid) to authenticated, service_role;
comment on function public.operate_queue(uuid, text, uuid, uuid) is
  'open, pause, close a queue, end_day (everyone leaves); open_counter (as resource_id), pause_counter, close_counter. By appointments.manage; counters also by who serves there. Returns {queue, counter, board}.';

create function public.get_queue_board(queue_id uuid)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.board(queue_id); end $$;
grant execute on function public.get_queue_board(uuid) to anon, authenticated, service_role;
comment on function public.get_queue_board(uuid) is
  'The board as last published, a minute old at most: who is called where, everyone''s position and wait by label. For anyone; it names nobody.';

create function public.join_queue(
  queue_id uuid, ticket_type_id uuid default null, priority integer default 0, notes text default null, customer_id uuid default null,
  guest jsonb default null, remote boolean default false, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.join_queue(queue_id, ticket_type_id, priority, notes, customer_id, guest, remote, idempotency_key);
end $$;
grant execute on function public.join_queue(uuid, uuid, integer, text, uuid, jsonb, boolean, text) to anon, authenticated, service_role;
comment on function public.join_queue(uuid, uuid, integer, text, uuid, jsonb, boolean, text) is
  'Takes a ticket: at the desk for anyone, with priority 0 to 9; where remote_join allows it for oneself, or as a guest {name, phone}. Returns the ticket; without an account with the manage_token of its link. PT409 queue_not_open, queue_full, already_in_line.';

create function public.call_next(queue_id uuid, counter_id uuid, ticket_id uuid default null, idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.call_next(queue_id, counter_id, ticket_id, idempotency_key); end $$;
grant execute on function public.call_next(uuid, uuid, uuid, text) to authenticated, service_role;
comment on function public.call_next(uuid, uuid, uuid, text) is
  'Calls the next in line to an open, free counter, or the waiting ticket that is named. Returns {ticket, waiting}; ticket null when nobody waits whom it serves. PT409 counter_busy, counter_not_open.';

create function public.recall_ticket(ticket_id uuid, expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.recall_ticket(ticket_id, expected_version); end $$;
grant execute on function public.recall_ticket(uuid, bigint) to authenticated, service_role;
comment on function public.recall_ticket(uuid, bigint) is 'Calls again who was called and has not come. PT409 invalid_transition {from, to}.';

create function public.serve_ticket(ticket_id uuid, expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.serve_ticket(ticket_id, expected_version); end $$;
grant execute on function public.serve_ticket(uuid, bigint) to authenticated, service_role;
comment on function public.serve_ticket(uuid, bigint) is 'Who was called has come: service begins. PT409 invalid_transition {from, to}.';

create function public.finish_ticket(ticket_id uuid, expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.finish_ticket(ticket_id, expected_version); end $$;
grant execute on function public.finish_ticket(uuid, bigint) to authenticated, service_role;
comment on function public.finish_ticket(uuid, bigint) is
  'Service is done; its time is learnt, and the appointment that stood in line with the ticket is fulfilled. PT409 invalid_transition {from, to}.';

create function public.miss_ticket(ticket_id uuid, expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.miss_ticket(ticket_id, expected_version); end $$;
grant execute on function public.miss_ticket(uuid, bigint) to authenticated, service_role;
comment on function public.miss_ticket(uuid, bigint) is 'Who was called did not come. PT409 invalid_transition {from, to}.';

create function public.leave_queue(
  ticket_id uuid, reason text default null, expected_version bigint default null, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.leave_queue(ticket_id, reason, expected_version, manage_token); end $$;
grant execute on function public.leave_queue(uuid, text, bigint, text) to anon, authenticated, service_role;
comment on function public.leave_queue(uuid, text, bigint, text) is
  'Leaves the line: its customer, its guest (manage_token), or the desk. PT409 invalid_transition {from, to}.';

create function public.reopen_ticket(ticket_id uuid, expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.reopen_ticket(ticket_id, expected_version); end $$;
grant execute on function public.reopen_ticket(uuid, bigint) to authenticated, service_role;
comment on function public.reopen_ticket(uuid, bigint) is
  'Puts a ticket of today that was missed or left back in line: at its place within the queue''s reopen_minutes of its call, later at the end.';

create function public.transfer_ticket(
  ticket_id uuid, queue_id uuid default null, ticket_type_id uuid default null, keep_place boolean default true,
  expected_version bigint default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.transfer_ticket(ticket_id, queue_id, ticket_type_id, keep_place, expected_version);
end $$;
grant execute on function public.transfer_ticket(uuid, uuid, uuid, boolean, bigint) to authenticated, service_role;
comment on function public.transfer_ticket(uuid, uuid, uuid, boolean, bigint) is
  'Sends a ticket on to another queue or type, with its number; it is ordered by its first arrival there unless keep_place is false.';

create function public.arrive_ticket(ticket_id uuid, expected_version bigint default null, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.arrive_ticket(ticket_id, expected_version, manage_token); end $$;
grant execute on function public.arrive_ticket(uuid, bigint, text) to anon, authenticated, service_role;
comment on function public.arrive_ticket(uuid, bigint, text) is
  'Who joined from afar is here and can be called: said by its customer, its guest (manage_token), or the desk.';

create function public.update_ticket(
  ticket_id uuid, changes jsonb, expected_version bigint default null, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.update_ticket(ticket_id, changes, expected_version, manage_token); end $$;
grant execute on function public.update_ticket(uuid, jsonb, bigint, text) to anon, authenticated, service_role;
comment on function public.update_ticket(uuid, jsonb, bigint, text) is
  'Changes notes (shared by holder and desk) or, at the desk, priority: {notes, priority}. Returns the ticket.';

create function public.get_ticket(ticket_id uuid, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$ begin return appointments.get_ticket(ticket_id, manage_token); end $$;
grant execute on function public.get_ticket(uuid, text) to anon, authenticated, service_role;
comment on function public.get_ticket(uuid, text) is
  'One ticket with its position and wait, for its customer, its guest (manage_token) and members with appointments.read. PT404 for anyone else.';
