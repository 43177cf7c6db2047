-- Appointments, history: what became of an appointment, from the audit log, which outlives the events.
-- The log says who; of that, those concerned are told what is theirs to know.

create function appointments.history(appointment_id uuid, manage_token text)
returns table (id uuid, at timestamptz, action text, actor text, actor_name text, previous_status text, status text,
  previous_starts_at timestamptz, starts_at timestamptz, reason_given boolean, reason text)
language plpgsql stable security definer set search_path = '' as $$
declare
  appointment public.appointments := appointments.find(appointment_id);
  standing text := appointments.require_seen(appointment, manage_token);
begin
  -- The bound lets the log's older months be passed over.
  return query
    select e.id, e.occurred_at, e.action,
      case when e.actor_id = appointment.customer_id then 'customer' else e.actor_kind end,
      case when standing <> 'customer' then (select p.display_name from public.profiles p where p.id = e.actor_id) end,
      e.before ->> 'status', e.after ->> 'status',
      (e.before ->> 'starts_at')::timestamptz, (e.after ->> 'starts_at')::timestamptz,
      coalesce((e.after ->> 'reason_given')::boolean, false),
      case when standing = 'customer' then null
        when e.action in ('appointment.cancelled', 'appointment.declined') then appointment.cancellation_reason
        else (select m.reason from appointments.move_reasons m where m.appointment_id = appointment.id and m.version = (e.after ->> 'version')::bigint) end
    from public.audit_entries e
    where e.subject_id = appointment.id and e.subject_type = 'appointment' and e.occurred_at >= appointment.created_at
    order by e.occurred_at, (e.after ->> 'version')::bigint nulls first, e.id;
end $$;
grant execute on function appointments.history(uuid, text) to anon, authenticated, service_role;
comment on function appointments.history(uuid, text) is 'See public.appointment_history.';

create function public.appointment_history(appointment_id uuid, manage_token text default null)
returns table (id uuid, at timestamptz, action text, actor text, actor_name text, previous_status text, status text,
  previous_starts_at timestamptz, starts_at timestamptz, reason_given boolean, reason text)
language plpgsql stable security invoker set search_path = '' as $$
begin
  return query select * from appointments.history(appointment_id, manage_token);
end $$;
grant execute on function public.appointment_history(uuid, text) to anon, authenticated, service_role;
comment on function public.appointment_history(uuid, text) is
  'All that happened to an appointment, the oldest first: when, what, by whom (actor: customer, user, guest, service or system), its state and start before and after, and whether a reason was given. Members with appointments.read are told names and reasons, too. PT404 for whom the appointment does not exist.';
