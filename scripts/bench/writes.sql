-- What a booking writes, and nothing else: no permission, no slot, no policy is looked at. The least a booking can cost.
create function bench.write_booking(service_id uuid, starts_at timestamptz, resource_ids uuid[]) returns uuid
language plpgsql security definer set search_path = '' as $$
declare
  organization uuid := '00000000-0000-4000-8000-000000000001';
  customer uuid := '00000000-0000-4000-8000-000000000002';
  id uuid := gen_random_uuid();
  ends_at timestamptz := starts_at + interval '30 minutes';
  data jsonb := jsonb_build_object('service_id', service_id, 'status', 'booked', 'starts_at', starts_at, 'ends_at', ends_at,
    'resource_ids', resource_ids);
  hint jsonb := jsonb_build_object('id', id, 'type', 'appointment.booked', 'version', 1);
  taken integer;
begin
  insert into calendar.claims (resource_id, during, kind, owner_id)
  select r, tstzrange(starts_at, ends_at), 'appointment', id from unnest(resource_ids) r order by r
  on conflict do nothing;
  get diagnostics taken = row_count;
  if taken < cardinality(resource_ids) then
    raise exception 'taken';
  end if;
  insert into public.appointments (id, organization_id, service_id, starts_at, ends_at, status, customer_id, resource_ids, policy)
  values (id, organization, service_id, starts_at, ends_at, 'booked', customer, resource_ids,
    '{"price": null, "currency": null, "duration_minutes": 30, "maximum_reschedules": null, "buffer_after_minutes": 0, "buffer_before_minutes": 0, "reschedule_notice_minutes": 0, "cancellation_notice_minutes": 0}');
  insert into core.streams (aggregate_id, organization_id, aggregate_type, version) values (id, organization, 'appointment', 1);
  insert into core.events (id, organization_id, aggregate_type, aggregate_id, version, type, data, actor_id, actor_kind, correlation_id)
  values (gen_random_uuid(), organization, 'appointment', id, 1, 'appointment.booked', data, customer, 'user', gen_random_uuid());
  perform realtime.send(hint, 'appointment.booked', 'org:' || organization || ':appointments', true);
  perform realtime.send(hint, 'appointment.booked', 'appointment:' || id, true);
  insert into public.audit_entries (id, organization_id, actor_id, actor_kind, action, subject_type, subject_id, after, request_id, ip, user_agent)
  values (gen_random_uuid(), organization, customer, 'user', 'appointment.book', 'appointment', id, data, 'request', '203.0.113.9', 'bench');
  return id;
end $$;
grant execute on function bench.write_booking(uuid, timestamptz, uuid[]) to authenticated;
