-- Appointments in the line: one that is checked in takes a ticket, one that no longer is gives it back.
-- In the appointment's own transaction, which has its lock; the queue's comes after, as everywhere.

create function appointments.queue_for(appointment public.appointments)
returns public.ticket_types
language plpgsql stable set search_path = '' as $$
declare
  type public.ticket_types;
begin
  select y.* into type
  from public.ticket_types y join public.queues q on q.id = y.queue_id
  where q.organization_id = appointment.organization_id and q.active and y.active and q.status <> 'closed'
    and (y.service_id = appointment.service_id or (y.service_id is null and q.takes_appointments))
    and (q.location_id = appointment.location_id or q.location_id is null or appointment.location_id is null)
  order by y.service_id is null, q.location_id is null, q.id, y.created_at, y.id limit 1;
  return type;
end $$;
comment on function appointments.queue_for(public.appointments) is
  'The ticket type with which an appointment stands in line: its service''s at its location, else the first of the queue that takes appointments; none: it stands in none.';

create function appointments.queue_appointment(appointment public.appointments)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  type public.ticket_types := appointments.queue_for(appointment);
  queue public.queues;
  ticket public.tickets;
  none public.tickets;
begin
  if type.id is null or exists (select from public.tickets t where t.appointment_id = appointment.id) then
    return;
  end if;
  queue := appointments.lock_queue(type.queue_id);
  ticket.ticket_type_id := type.id;
  ticket.priority := 0;
  ticket.remote := false;
  ticket.appointment_id := appointment.id;
  ticket.appointment_at := appointment.starts_at;
  -- Someone who took a walk-in ticket too keeps both: which one is done first is the desk's to see.
  ticket.customer_id := case when not exists (select from public.tickets t where t.queue_id = queue.id
    and t.customer_id = appointment.customer_id and t.status in ('waiting', 'called', 'serving')) then appointment.customer_id end;
  ticket.guest_name := appointment.guest_name;
  ticket.guest_phone := appointment.guest_phone;
  ticket := appointments.insert_ticket(queue, ticket);
  perform appointments.settle(ticket, none, 'ticket.joined', '{"remote": false}');
end $$;
comment on function appointments.queue_appointment(public.appointments) is 'A checked-in appointment takes its place in line.';

create function appointments.unqueue_appointment(appointment public.appointments)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  ticket public.tickets;
begin
  select * into ticket from public.tickets t where t.appointment_id = appointment.id;
  if ticket.status in ('waiting', 'called') then
    perform appointments.lock_queue(ticket.queue_id);
    ticket := appointments.find_ticket(ticket.id);
    if ticket.status in ('waiting', 'called') then
      ticket := appointments.take_out(ticket, 'appointment ' || appointment.status);
      perform appointments.publish(ticket.queue_id, ticket);
    end if;
  end if;
end $$;
comment on function appointments.unqueue_appointment(public.appointments) is 'An appointment that is no longer checked in leaves the line; who is being served stays.';

create function appointments.follow_appointment() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if new.status = 'checked_in' then
    perform appointments.queue_appointment(new);
  else
    perform appointments.unqueue_appointment(new);
  end if;
  return null;
end $$;
comment on function appointments.follow_appointment() is 'Keeps an appointment''s place in line in step with its status, in the same transaction.';

create trigger appointments_stand_in_line after update of status on public.appointments
  for each row when (new.status is distinct from old.status and (new.status = 'checked_in' or old.status = 'checked_in'))
  execute function appointments.follow_appointment();
