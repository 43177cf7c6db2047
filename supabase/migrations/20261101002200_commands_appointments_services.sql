-- Appointments, commands on services: create, change, and say which resources they need.

create function appointments.record_change(service public.services, type text, before jsonb, after jsonb)
returns void
language plpgsql set search_path = '' as $$
begin
  perform core.append_event(service.organization_id, 'service', service.id, type,
    jsonb_build_object('active', service.active, 'visibility', service.visibility));
  perform core.audit(service.organization_id, type, 'service', service.id, before, after);
end $$;
comment on function appointments.record_change(public.services, text, jsonb, jsonb) is 'The event and the audit row of a change to a service.';

create function appointments.require_service(service_id uuid, permission text)
returns public.services
language plpgsql stable security definer set search_path = '' as $$
declare
  service public.services;
begin
  select * into service from public.services s where s.id = require_service.service_id;
  if service.id is null or not core.is_member_or_service(service.organization_id) then
    perform core.raise_error(404, 'not_found', 'There is no such service.');
  end if;
  perform core.require(service.organization_id, permission);
  return service;
end $$;
comment on function appointments.require_service(uuid, text) is
  'The service, if the caller has the permission in its organization. Outsiders get PT404 not_found.';

create function appointments.service_fields()
returns text[]
language sql immutable set search_path = '' as $$
  select array['name', 'description', 'duration_minutes', 'slot_interval_minutes', 'buffer_before_minutes',
    'buffer_after_minutes', 'minimum_notice_minutes', 'booking_horizon_days', 'price', 'currency', 'deposit',
    'late_cancellation_fee', 'requires_approval', 'approval_minutes', 'hold_minutes', 'offer_minutes', 'seats',
    'maximum_party', 'intake_fields', 'visibility', 'guests_allowed', 'assignment', 'cancellation_notice_minutes', 'reschedule_notice_minutes',
    'maximum_reschedules', 'active', 'grid', 'grid_minutes', 'grid_preferred']
$$;
comment on function appointments.service_fields() is 'The fields of a service that commands may set.';

create function appointments.apply_changes(before public.services, changes jsonb)
returns public.services
language plpgsql set search_path = '' as $$
declare
  after public.services := jsonb_populate_record(before, changes);
begin
  update public.services s set
    name = after.name, description = after.description, duration_minutes = after.duration_minutes,
    slot_interval_minutes = after.slot_interval_minutes, buffer_before_minutes = after.buffer_before_minutes,
    buffer_after_minutes = after.buffer_after_minutes, minimum_notice_minutes = after.minimum_notice_minutes,
    booking_horizon_days = after.booking_horizon_days, price = after.price, currency = after.currency,
    deposit = after.deposit, late_cancellation_fee = after.late_cancellation_fee, requires_approval = after.requires_approval,
    approval_minutes = after.approval_minutes, hold_minutes = after.hold_minutes, offer_minutes = after.offer_minutes,
    seats = after.seats, maximum_party = after.maximum_party, intake_fields = after.intake_fields, visibility = after.visibility, guests_allowed = after.guests_allowed,
    assignment = after.assignment, cancellation_notice_minutes = after.cancellation_notice_minutes,
    reschedule_notice_minutes = after.reschedule_notice_minutes, maximum_reschedules = after.maximum_reschedules,
    active = after.active, grid = after.grid, grid_minutes = after.grid_minutes,
    grid_preferred = coalesce(after.grid_preferred, s.grid_preferred), updated_at = now()
  where s.id = before.id
  returning * into after;
  return after;
end $$;
comment on function appointments.apply_changes(public.services, jsonb) is 'Sets the fields of a service that the object names.';

create function appointments.create_service(organization_id uuid, service jsonb, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  created public.services;
  answer jsonb;
begin
  perform core.require(organization_id, 'services.manage');
  perform core.refuse_unknown_keys(service, appointments.service_fields());
  answer := core.recall('service.create', organization_id, idempotency_key, service);
  if answer is not null then
    return answer;
  end if;
  if not service ?& array['name', 'duration_minutes'] then
    perform core.raise_error(422, 'invalid_input', 'A service needs a name and duration_minutes.',
      jsonb_build_object('field', case when service ? 'name' then 'duration_minutes' else 'name' end));
  end if;
  insert into public.services (organization_id, name, duration_minutes, slot_interval_minutes)
  values (organization_id, service ->> 'name', (service ->> 'duration_minutes')::integer, (service ->> 'duration_minutes')::integer)
  returning * into created;
  created := appointments.apply_changes(created, service);
  perform appointments.record_change(created, 'service.created', null, to_jsonb(created));
  return core.keep('service.create', organization_id, idempotency_key, to_jsonb(created));
end $$;
grant execute on function appointments.create_service(uuid, jsonb, text) to authenticated, service_role;
comment on function appointments.create_service(uuid, jsonb, text) is 'See public.create_service.';

create function appointments.update_service(service_id uuid, changes jsonb)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  before public.services := appointments.require_service(service_id, 'services.manage');
  after public.services;
begin
  perform core.refuse_unknown_keys(changes, appointments.service_fields());
  select * into before from public.services s where s.id = before.id for update;
  after := appointments.apply_changes(before, changes);
  perform appointments.record_change(after, 'service.updated', to_jsonb(before), to_jsonb(after));
  return to_jsonb(after);
end $$;
grant execute on function appointments.update_service(uuid, jsonb) to authenticated, service_role;
comment on function appointments.update_service(uuid, jsonb) is 'See public.update_service.';

create function appointments.members_of(service_group jsonb)
returns table (resource_id uuid, place integer, priority integer, weight numeric)
language plpgsql immutable set search_path = '' as $$
begin
  return query
    select (m.member ->> 'resource_id')::uuid, m.nth::integer, coalesce((m.member ->> 'priority')::integer, 0), coalesce((m.member ->> 'weight')::numeric, 1.0)
    from jsonb_array_elements(coalesce(service_group -> 'members', '[]')) with ordinality as m(member, nth)
    union all
    select r.id::uuid, r.nth::integer, 0, 1::numeric
    from jsonb_array_elements_text(coalesce(service_group -> 'resource_ids', '[]')) with ordinality as r(id, nth);
end $$;
comment on function appointments.members_of(jsonb) is
  'The members of a group as a client names them: as resource_ids, or as members [{resource_id, priority, weight}] where they differ.';

create function appointments.set_service_groups(service_id uuid, groups jsonb)
returns void
language plpgsql security definer set search_path = '' as $$
declare
  service public.services := appointments.require_service(service_id, 'services.manage');
  before jsonb;
  teams numeric;
begin
  perform core.require_array(groups, 'groups', 10);
  perform from public.services s where s.id = service.id for update;
  select jsonb_agg(jsonb_build_object('group', m.group_name, 'resource_id', m.resource_id)) into before
    from public.service_group_members m where m.service_id = service.id;
  delete from public.service_groups g where g.service_id = service.id;
  insert into public.service_groups (service_id, organization_id, name, rule)
  select service.id, service.organization_id, g ->> 'name', coalesce(g ->> 'rule', 'all') from jsonb_array_elements(groups) g;
  if exists (
    select from jsonb_array_elements(groups) g, appointments.members_of(g) as m
    where not exists (
      select from public.resources r where r.id = m.resource_id and r.organization_id = service.organization_id)) then
    perform core.raise_error(404, 'not_found', 'There is no such resource.');
  end if;
  insert into public.service_group_members (service_id, organization_id, group_name, resource_id, position, priority, weight)
  select service.id, service.organization_id, g ->> 'name', m.resource_id, m.place, m.priority, m.weight
  from jsonb_array_elements(groups) g, appointments.members_of(g) as m;
  if exists (
    select from public.service_groups g
    where g.service_id = service.id and not exists (
      select from public.service_group_members m where m.service_id = g.service_id and m.group_name = g.name)) then
    perform core.raise_error(422, 'invalid_input', 'Each group needs a resource at least.', '{"field": "groups"}');
  end if;
  select exp(sum(ln(n))) into teams from (
    select count(*) as n from public.service_groups g
    join public.service_group_members m on m.service_id = g.service_id and m.group_name = g.name
    where g.service_id = service.id and g.rule = 'any' group by g.name) sizes;
  if teams > 1000 then
    perform core.raise_error(422, 'invalid_input', 'The groups allow more than 1,000 combinations.', '{"field": "groups"}');
  end if;
  perform appointments.record_change(service, 'service.updated', before, groups);
end $$;
grant execute on function appointments.set_service_groups(uuid, jsonb) to authenticated, service_role;
comment on function appointments.set_service_groups(uuid, jsonb) is 'See public.set_service_groups.';

create function public.create_service(organization_id uuid, service jsonb, idempotency_key text default null)
returns jsonb
language sql security invoker set search_path = '' as $$
  select appointments.create_service(organization_id, service, idempotency_key)
$$;
grant execute on function public.create_service(uuid, jsonb, text) to authenticated, service_role;
comment on function public.create_service(uuid, jsonb, text) is
  'Puts a service on offer: an object of the columns of services, name and duration_minutes at least. Needs services.manage. Returns the service.';

create function public.update_service(service_id uuid, changes jsonb)
returns jsonb
language sql security invoker set search_path = '' as $$ select appointments.update_service(service_id, changes) $$;
grant execute on function public.update_service(uuid, jsonb) to authenticated, service_role;
comment on function public.update_service(uuid, jsonb) is
  'Changes fields of a service; what is booked keeps the terms of its booking. Needs services.manage. Returns the service.';

create function public.set_service_groups(service_id uuid, groups jsonb)
returns void
language sql security invoker set search_path = '' as $$ select appointments.set_service_groups(service_id, groups) $$;
grant execute on function public.set_service_groups(uuid, jsonb) to authenticated, service_role;
comment on function public.set_service_groups(uuid, jsonb) is
  'Says which resources a service needs: [{"name": "room", "rule": "all" or "any", "resource_ids": […]}, …], or with members [{"resource_id", "priority", "weight"}] in place of resource_ids, for round robin. Needs services.manage.';
