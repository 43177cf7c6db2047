-- Appointments, commands on queues themselves: create and change queues, ticket types, counters; open, pause, close them.

create function appointments.record_queue(queue public.queues, type text, before jsonb, after jsonb, more jsonb default '{}')
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(queue.organization_id, 'queue', queue.id, type,
    jsonb_build_object('status', queue.status, 'active', queue.active) || more);
  perform core.audit(queue.organization_id, type, 'queue', queue.id, before, after);
end $$;
comment on function appointments.record_queue(public.queues, text, jsonb, jsonb, jsonb) is 'The event and the audit row of a change to a queue, its types or its counters.';

create function appointments.manage_queue(queue_id uuid)
returns public.queues
language plpgsql volatile security definer set search_path = '' as $$
declare
  queue public.queues;
begin
  select * into queue from public.queues q where q.id = queue_id;
  if queue.id is null or not core.is_member_or_service(queue.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such queue.');
  end if;
  perform core.require(queue.organization_id, 'resources.manage');
  return appointments.lock_queue(queue_id);
end $$;
comment on function appointments.manage_queue(uuid) is 'The queue, locked, for who has resources.manage. PT404, PT403.';

create function appointments.queue_fields()
returns text[]
language sql immutable set search_path = '' as $$
  select array['location_id', 'name', 'prefix', 'time_zone', 'active', 'order_by', 'appointment_early_minutes', 'appointment_late_minutes',
    'takes_appointments', 'remote_join', 'remote_must_arrive', 'reopen_minutes', 'day_starts_at', 'maximum_length']
$$;
comment on function appointments.queue_fields() is 'The fields of a queue that commands may set.';

create function appointments.require_own(table_name regclass, id uuid, organization_id uuid, field text)
returns void
language plpgsql stable set search_path = '' as $$
declare
  known boolean := id is null;
begin
  if not known then
    execute format('select exists (select from %s x where x.id = $1 and x.organization_id = $2)', table_name)
      into known using id, organization_id;
  end if;
  if not known then
    perform core.raise_error(422, 'invalid_input', 'There is no such thing in this organization.', jsonb_build_object('field', field));
  end if;
end $$;
comment on function appointments.require_own(regclass, uuid, uuid, text) is 'PT422 invalid_input unless a row that is named belongs to the organization.';

create function appointments.apply_queue_changes(queue_id uuid, changes jsonb)
returns public.queues
language plpgsql set search_path = '' as $$
declare
  after public.queues;
begin
  select (jsonb_populate_record(q, changes)).* into after from public.queues q where q.id = queue_id;
  if (select count(*) > count(distinct k) from unnest(after.order_by) k) then
    perform core.raise_error(422, 'invalid_input', 'Each key of the order comes once.', '{"field": "order_by"}');
  end if;
  perform appointments.require_own('public.locations', after.location_id, after.organization_id, 'location_id');
  begin
    update public.queues q set
      location_id = after.location_id, name = after.name, prefix = after.prefix, time_zone = after.time_zone, active = after.active,
      order_by = after.order_by, appointment_early_minutes = after.appointment_early_minutes,
      appointment_late_minutes = after.appointment_late_minutes, takes_appointments = after.takes_appointments,
      remote_join = after.remote_join, remote_must_arrive = after.remote_must_arrive, reopen_minutes = after.reopen_minutes,
      day_starts_at = after.day_starts_at, maximum_length = after.maximum_length, updated_at = now()
    where q.id = queue_id
    returning * into after;
  exception when unique_violation then
    perform core.raise_error(409, 'conflict', 'Another queue of this location has this prefix, or takes the appointments.');
  end;
  return after;
end $$;
comment on function appointments.apply_queue_changes(uuid, jsonb) is 'Sets the fields of a queue that the object names.';

create function appointments.create_queue(organization_id uuid, queue jsonb, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  created public.queues;
  zone text;
  answer jsonb;
begin
  perform core.require(organization_id, 'resources.manage');
  perform core.refuse_unknown_keys(queue, appointments.queue_fields());
  answer := core.recall('queue.create', organization_id, idempotency_key, queue);
  if answer is not null then
    return answer;
  elsif queue ->> 'name' is null then
    perform core.raise_error(422, 'invalid_input', 'A queue needs a name.', '{"field": "name"}');
  end if;
  perform appointments.require_own('public.locations', (queue ->> 'location_id')::uuid, organization_id, 'location_id');
  select coalesce(queue ->> 'time_zone', (select l.time_zone from public.locations l where l.id = (queue ->> 'location_id')::uuid), o.time_zone)
    into zone from public.organizations o where o.id = organization_id;
  -- Active last: until the changes are in, its prefix is not its own yet.
  insert into public.queues (organization_id, name, time_zone, active) values (organization_id, queue ->> 'name', zone, false)
  returning * into created;
  created := appointments.apply_queue_changes(created.id, '{"active": true}' || queue);
  insert into appointments.queue_learning (queue_id) values (created.id);
  insert into appointments.queue_boards (queue_id) values (created.id);
  perform appointments.record_queue(created, 'queue.created', null, to_jsonb(created));
  perform appointments.publish(created.id, null);
  return core.keep('queue.create', organization_id, idempotency_key, to_jsonb(created));
end $$;
grant execute on function appointments.create_queue(uuid, jsonb, text) to authenticated, service_role;
comment on function appointments.create_queue(uuid, jsonb, text) is 'See public.create_queue.';

create function appointments.update_queue(queue_id uuid, changes jsonb)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.queues := appointments.manage_queue(queue_id);
  after public.queues;
begin
  perform core.refuse_unknown_keys(changes, appointments.queue_fields());
  after := appointments.apply_queue_changes(queue_id, changes);
  perform appointments.record_queue(after, 'queue.updated', to_jsonb(before), to_jsonb(after));
  perform appointments.publish(queue_id, null);
  return to_jsonb(after);
end $$;
grant execute on function appointments.update_queue(uuid, jsonb) to authenticated, service_role;
comment on function appointments.update_queue(uuid, jsonb) is 'See public.update_queue.';

create function appointments.save_ticket_type(queue_id uuid, ticket_type_id uuid, ticket_type jsonb, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  queue public.queues := appointments.find_queue(queue_id);
  before public.ticket_types;
  after public.ticket_types;
  answer jsonb;
begin
  perform core.require(queue.organization_id, 'resources.manage');
  perform core.refuse_unknown_keys(ticket_type, array['name', 'expected_minutes', 'service_id', 'active']);
  answer := core.recall('ticket_type.save', queue.organization_id, idempotency_key, jsonb_build_array(queue_id, ticket_type_id, ticket_type));
  if answer is not null then
    return answer;
  end if;
  queue := appointments.lock_queue(queue_id);
  select * into before from public.ticket_types y where y.id = save_ticket_type.ticket_type_id and y.queue_id = queue.id;
  if ticket_type_id is not null and before.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such ticket type in this queue.');
  end if;
  after := jsonb_populate_record(before, ticket_type);
  perform appointments.require_own('public.services', after.service_id, queue.organization_id, 'service_id');
  if before.id is null and after.name is null then
    perform core.raise_error(422, 'invalid_input', 'A ticket type needs a name.', '{"field": "name"}');
  end if;
  insert into public.ticket_types as y (id, queue_id, organization_id, name, expected_minutes, service_id, active)
  values (coalesce(before.id, core.uuid_v7()), queue.id, queue.organization_id, after.name, coalesce(after.expected_minutes, 10),
    after.service_id, coalesce(after.active, true))
  on conflict (id) do update set name = excluded.name, expected_minutes = excluded.expected_minutes,
    service_id = excluded.service_id, active = excluded.active, updated_at = now()
  returning * into after;
  perform appointments.record_queue(queue, case when before.id is null then 'ticket_type.created' else 'ticket_type.updated' end,
    to_jsonb(before), to_jsonb(after), jsonb_build_object('ticket_type_id', after.id));
  perform appointments.publish(queue.id, null);
  return core.keep('ticket_type.save', queue.organization_id, idempotency_key, to_jsonb(after));
end $$;
grant execute on function appointments.save_ticket_type(uuid, uuid, jsonb, text) to authenticated, service_role;
comment on function appointments.save_ticket_type(uuid, uuid, jsonb, text) is 'See public.save_ticket_type.';

create function appointments.require_counter_fields(queue public.queues, counter public.queue_counters)
returns void
language plpgsql stable set search_path = '' as $$
begin
  perform appointments.require_own('public.resources', counter.resource_id, queue.organization_id, 'resource_id');
  if exists (select from unnest(counter.ticket_type_ids) i
    where not exists (select from public.ticket_types y where y.id = i and y.queue_id = queue.id)) then
    perform core.raise_error(422, 'invalid_input', 'A counter serves ticket types of its queue.', '{"field": "ticket_type_ids"}');
  end if;
end $$;
comment on function appointments.require_counter_fields(public.queues, public.queue_counters) is 'PT422 unless who serves and what is served belong to the queue.';

create function appointments.save_counter(queue_id uuid, counter_id uuid, counter jsonb, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  queue public.queues := appointments.find_queue(queue_id);
  before public.queue_counters;
  after public.queue_counters;
  answer jsonb;
begin
  perform core.require(queue.organization_id, 'resources.manage');
  perform core.refuse_unknown_keys(counter, array['name', 'resource_id', 'ticket_type_ids', 'active']);
  answer := core.recall('counter.save', queue.organization_id, idempotency_key, jsonb_build_array(queue_id, counter_id, counter));
  if answer is not null then
    return answer;
  end if;
  queue := appointments.lock_queue(queue_id);
  select * into before from public.queue_counters c where c.id = counter_id and c.queue_id = queue.id;
  if counter_id is not null and before.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such counter in this queue.');
  end if;
  after := jsonb_populate_record(before, counter);
  perform appointments.require_counter_fields(queue, after);
  if before.id is null and after.name is null then
    perform core.raise_error(422, 'invalid_input', 'A counter needs a name.', '{"field": "name"}');
  end if;
  insert into public.queue_counters as c (id, queue_id, organization_id, name, resource_id, ticket_type_ids, active)
  values (coalesce(before.id, core.uuid_v7()), queue.id, queue.organization_id, after.name, after.resource_id, after.ticket_type_ids,
    coalesce(after.active, true))
  on conflict (id) do update set name = excluded.name, resource_id = excluded.resource_id, ticket_type_ids = excluded.ticket_type_ids,
    active = excluded.active, status = case when excluded.active then c.status else 'closed' end, updated_at = now()
  returning * into after;
  if not after.active then
    perform appointments.return_to_line(after);
  end if;
  perform appointments.record_queue(queue, case when before.id is null then 'counter.created' else 'counter.updated' end,
    to_jsonb(before), to_jsonb(after), jsonb_build_object('counter_id', after.id));
  perform appointments.publish(queue.id, null);
  return core.keep('counter.save', queue.organization_id, idempotency_key, to_jsonb(after));
end $$;
grant execute on function appointments.save_counter(uuid, uuid, jsonb, text) to authenticated, service_role;
comment on function appointments.save_counter(uuid, uuid, jsonb, text) is 'See public.save_counter.';

-- operating ----------------------------------------------------------------------------------------------------------

-- Whom it has called goes back to their place; whom it serves it finishes, closed or not, so the line is never stuck.
create function appointments.return_to_line(counter public.queue_counters)
returns void
language plpgsql set search_path = '' as $$
declare
  before public.tickets;
  ticket public.tickets;
begin
  select * into before from public.tickets t where t.counter_id = counter.id and t.status = 'called';
  if before.id is not null then
    update public.tickets t set status = 'waiting', counter_id = null, resource_id = null, called_at = null, version = t.version + 1, updated_at = now()
    where t.id = before.id returning * into ticket;
    perform appointments.record_ticket(ticket, before, 'ticket.returned');
  end if;
end $$;
comment on function appointments.return_to_line(public.queue_counters) is 'Returns to its place in line the ticket that a counter has called and not served.';

create function appointments.set_counter(queue public.queues, counter_id uuid, status text, resource_id uuid)
returns jsonb
language plpgsql set search_path = '' as $$
declare
  before public.queue_counters;
  after public.queue_counters;
begin
  select * into before from public.queue_counters c where c.id = counter_id and c.queue_id = queue.id and c.active;
  if before.id is null then
    perform core.raise_error(404, 'not_found', 'There is no such counter in this queue.');
  end if;
  after := before;
  after.resource_id := coalesce(set_counter.resource_id, before.resource_id);
  perform appointments.require_counter_fields(queue, after);
  update public.queue_counters c set status = set_counter.status, resource_id = after.resource_id, updated_at = now()
  where c.id = before.id returning * into after;
  if status <> 'open' then
    perform appointments.return_to_line(after);
  end if;
  perform appointments.record_queue(queue,
    case set_counter.status when 'open' then 'counter.opened' when 'paused' then 'counter.paused' else 'counter.closed' end,
    to_jsonb(before), to_jsonb(after), jsonb_build_object('counter_id', after.id));
  return to_jsonb(after);
end $$;
comment on function appointments.set_counter(public.queues, uuid, text, uuid) is 'Opens, pauses or closes a counter; opening may say who serves there.';

create function appointments.set_queue_status(queue public.queues, status text)
returns public.queues
language plpgsql set search_path = '' as $$
declare
  after public.queues;
begin
  update public.queues q set status = set_queue_status.status, updated_at = now() where q.id = queue.id returning * into after;
  perform appointments.record_queue(after,
    case set_queue_status.status when 'open' then 'queue.opened' when 'paused' then 'queue.paused' else 'queue.closed' end,
    jsonb_build_object('status', queue.status), jsonb_build_object('status', after.status));
  return after;
end $$;
comment on function appointments.set_queue_status(public.queues, text) is 'Opens, pauses or closes a queue.';

-- Staff sit down at a counter that has nobody or is theirs; only the desk puts someone else there.
create function appointments.may_sit(queue public.queues, counter_id uuid, resource_id uuid)
returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return core.has_permission(queue.organization_id, 'appointments.manage_own')
    and exists (select from public.resources r
      where r.id = may_sit.resource_id and r.organization_id = queue.organization_id and r.user_id = core.actor_id())
    and exists (select from public.queue_counters c
      where c.id = may_sit.counter_id and c.queue_id = queue.id
        and (c.resource_id is null or c.resource_id = may_sit.resource_id or c.status = 'closed')
        and not exists (select from public.tickets t where t.counter_id = c.id and t.status in ('called', 'serving')));
end $$;
comment on function appointments.may_sit(public.queues, uuid, uuid) is 'Whether the caller may open a counter as the member of staff they are.';

create function appointments.operate_queue(queue_id uuid, action text, counter_id uuid, resource_id uuid)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  queue public.queues := appointments.find_queue(queue_id);
  counter jsonb;
begin
  if action = 'open_counter' and appointments.may_sit(queue, counter_id, resource_id) then
    null;  -- their own seat
  elsif action in ('open_counter', 'pause_counter', 'close_counter') then
    perform appointments.require_works_at(queue.id, queue.organization_id, counter_id);
    if action = 'open_counter' and resource_id is not null then
      perform core.require(queue.organization_id, 'appointments.manage');
    end if;
  elsif not core.is_member_or_service(queue.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such queue.');
  else
    perform core.require(queue.organization_id, 'appointments.manage');
  end if;
  queue := appointments.lock_queue(queue_id);
  case action
    when 'open_counter' then counter := appointments.set_counter(queue, counter_id, 'open', resource_id);
    when 'pause_counter' then counter := appointments.set_counter(queue, counter_id, 'paused', null);
    when 'close_counter' then counter := appointments.set_counter(queue, counter_id, 'closed', null);
    when 'open' then queue := appointments.set_queue_status(queue, 'open');
    when 'pause' then queue := appointments.set_queue_status(queue, 'paused');
    when 'close' then queue := appointments.set_queue_status(queue, 'closed');
    when 'end_day' then
      perform appointments.empty_line(queue, appointments.today(queue) + 1);
      queue := appointments.set_queue_status(queue, 'closed');
    else perform core.raise_error(422, 'invalid_input', 'There is no such action.', '{"field": "action"}');
  end case;
  perform appointments.publish(queue_id, null);
  return jsonb_build_object('queue', to_jsonb(queue), 'counter', counter, 'board', appointments.board(queue_id));
end $$;
grant execute on function appointments.operate_queue(uuid, text, uuid, uuid) to authenticated, service_role;
comment on function appointments.operate_queue(uuid, text, uuid, uuid) is 'See public.operate_queue.';
