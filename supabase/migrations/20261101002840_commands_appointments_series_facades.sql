-- Appointments, the functions on series that clients call, and who hears of a series.

create function appointments.service_time_zone(service_id uuid, resource_id uuid)
returns text
language plpgsql stable security definer set search_path = '' as $$
declare
  service public.services := appointments.require_bookable_service(service_id);
begin
  return coalesce(
    (select r.time_zone from public.resources r where r.id = service_time_zone.resource_id and r.organization_id = service.organization_id),
    (select o.time_zone from public.organizations o where o.id = service.organization_id));
end $$;
grant execute on function appointments.service_time_zone(uuid, uuid) to anon, authenticated, service_role;
comment on function appointments.service_time_zone(uuid, uuid) is 'See public.service_time_zone.';

create function public.service_time_zone(service_id uuid, resource_id uuid default null)
returns text
language plpgsql stable security invoker set search_path = '' as $$
begin
  return appointments.service_time_zone(service_id, resource_id);
end $$;
grant execute on function public.service_time_zone(uuid, uuid) to anon, authenticated, service_role;
comment on function public.service_time_zone(uuid, uuid) is
  'In whose wall-clock times a series of a service repeats unless told otherwise: those of the resource, else the organization''s.';

create function public.book_series(
  service_id uuid, rule text, time_zone text, occurrences timestamptz[], resource_id uuid default null, customer_id uuid default null,
  guest jsonb default null, notes text default null, party_size integer default 1, intake jsonb default '{}',
  on_conflict text default 'refuse', idempotency_key text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.book_series(service_id, rule, time_zone, occurrences, row(null, resource_id, customer_id, guest, notes,
    party_size, intake, null, null, null)::appointments.request, on_conflict, idempotency_key);
end $$;
grant execute on function public.book_series(uuid, text, text, timestamptz[], uuid, uuid, jsonb, text, integer, jsonb, text, text)
  to anon, authenticated, service_role;
comment on function public.book_series(uuid, text, text, timestamptz[], uuid, uuid, jsonb, text, integer, jsonb, text, text) is
  'Books 1 to 100 starts in ascending order, each like book_appointment, as one series; rule (RRULE) and time_zone say where they come from. on_conflict: refuse (the default: any refusal refuses all) or skip. Returns the series with its appointments and what was skipped; to guests with manage_token. PT409 series_conflicts {conflicts: [{starts_at, status, code, detail, …}]}.';

create function public.get_series(series_id uuid, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.get_series(series_id, manage_token);
end $$;
grant execute on function public.get_series(uuid, text) to anon, authenticated, service_role;
comment on function public.get_series(uuid, text) is
  'A series with its appointments, for its customer, its guest (manage_token) and members with appointments.read. PT404 for anyone else.';

create function public.change_series(
  series_id uuid, scope text, changes jsonb, appointment_id uuid default null, reason text default null,
  on_conflict text default 'refuse', expected_version bigint default null, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.change_series(series_id, scope, changes, appointment_id, reason, on_conflict, expected_version, manage_token);
end $$;
grant execute on function public.change_series(uuid, text, jsonb, uuid, text, text, bigint, text) to anon, authenticated, service_role;
comment on function public.change_series(uuid, text, jsonb, uuid, text, text, bigint, text) is
  'Changes one appointment of a series, it and the following, or all (scope one, following, all): {starts_at of the chosen appointment, resource_id, notes}. The others move by the same difference of wall-clock times in the series'' zone. What is over or cancelled stays; each obeys the policy of its own booking. on_conflict: refuse or skip. PT409 series_conflicts, series_over.';

create function public.cancel_series(
  series_id uuid, scope text default 'all', appointment_id uuid default null, reason text default null,
  on_conflict text default 'refuse', expected_version bigint default null, manage_token text default null)
returns jsonb
language plpgsql security invoker set search_path = '' as $$
begin
  return appointments.cancel_series(series_id, scope, appointment_id, reason, on_conflict, expected_version, manage_token);
end $$;
grant execute on function public.cancel_series(uuid, text, uuid, text, text, bigint, text) to anon, authenticated, service_role;
comment on function public.cancel_series(uuid, text, uuid, text, text, bigint, text) is
  'Cancels one appointment of a series, it and the following, or all that are ahead, each by the policy of its own booking. on_conflict: refuse or skip. PT409 series_conflicts, series_over.';

create function appointments.may_listen_to_series(topic text)
returns boolean
language sql stable security definer set search_path = '' as $$
  select exists (
    select from public.appointment_series s
    where s.id = case when topic ~ '^series:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then substr(topic, 8)::uuid end
      and (s.customer_id = (select auth.uid()) or core.has_permission(s.organization_id, 'appointments.read')))
$$;
grant execute on function appointments.may_listen_to_series(text) to authenticated;
comment on function appointments.may_listen_to_series(text) is 'Whether a topic series:<id> is that of a series which concerns the caller.';

create policy "those concerned hear of their series" on realtime.messages
  for select to authenticated using (extension = 'broadcast' and (select appointments.may_listen_to_series((select realtime.topic()))));
