-- Appointments, commands on series: book one, read it, change or cancel one of it, this and following, or all.
-- Each occurrence goes the way of a single booking, in a subtransaction of its own: a series has no rules of its own.
-- Order of locks: idempotency key, heads of streams, the organization's bookings for itself, sessions by id, claims.

create function appointments.series_document(series public.appointment_series)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return (select jsonb_build_object(
    'id', series.id, 'organization_id', series.organization_id, 'service_id', series.service_id, 'service_name', s.name,
    'rule', series.rule, 'time_zone', series.time_zone, 'starts_at', series.starts_at, 'resource_id', series.resource_id,
    'customer_id', series.customer_id,
    'customer_name', (select p.display_name from public.profiles p where p.id = series.customer_id),
    'guest', (select jsonb_build_object('name', a.guest_name, 'email', a.guest_email, 'phone', a.guest_phone)
      from public.appointments a where a.series_id = series.id and a.guest_name is not null order by a.starts_at limit 1),
    'cancelled_at', series.cancelled_at, 'version', series.version, 'created_at', series.created_at, 'updated_at', series.updated_at,
    'appointments', (select coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'starts_at', a.starts_at, 'ends_at', a.ends_at,
        'status', a.status, 'resource_ids', a.resource_ids, 'reschedules', a.reschedules, 'version', a.version) order by a.starts_at, a.id), '[]')
      from public.appointments a where a.series_id = series.id))
  from public.services s where s.id = series.service_id);
end $$;
comment on function appointments.series_document(public.appointment_series) is 'A series with its appointments, as commands answer it.';

create function appointments.record_series(series public.appointment_series, type text, more jsonb)
returns void
language plpgsql set search_path = '' as $$
declare
  data jsonb := jsonb_build_object('service_id', series.service_id, 'rule', series.rule, 'time_zone', series.time_zone) || more;
begin
  perform core.append_event(series.organization_id, 'series', series.id, type, data, series.version - 1);
  perform core.audit(series.organization_id, type, 'series', series.id, null, data);
end $$;
comment on function appointments.record_series(public.appointment_series, text, jsonb) is 'The event and the audit row of a series.';

create function appointments.lock_sessions_at(service_id uuid, starts timestamptz[])
returns void
language plpgsql set search_path = '' set plan_cache_mode = force_generic_plan as $$
begin
  perform from public.group_sessions g where g.service_id = lock_sessions_at.service_id and g.starts_at = any (starts) order by g.id for update;
end $$;
comment on function appointments.lock_sessions_at(uuid, timestamptz[]) is
  'Locks the sessions of a service at these starts in the one order, before seats are taken or given back start by start.';

create function appointments.refused_occurrence(
  appointment_id uuid, starts_at timestamptz, state text, code text, members text, hint text)
returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return coalesce(nullif(members, ''), '{}')::jsonb || jsonb_build_object('appointment_id', appointment_id, 'starts_at', starts_at,
    'status', substr(state, 3)::integer, 'code', code, 'detail', hint);
end $$;
comment on function appointments.refused_occurrence(uuid, timestamptz, text, text, text, text) is
  'A refusal of one occurrence as the list of a series has it: what a single booking would have been told.';

create function appointments.settle_refusals(refused jsonb, done integer, on_conflict text)
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if refused <> '[]' and (on_conflict = 'refuse' or done = 0) then
    perform core.raise_error(409, 'series_conflicts',
      format('%s of %s appointments cannot be had like this.', jsonb_array_length(refused), jsonb_array_length(refused) + done),
      jsonb_build_object('conflicts', refused));
  end if;
end $$;
comment on function appointments.settle_refusals(jsonb, integer, text) is
  'PT409 series_conflicts with the list, unless they are to be skipped and something was done.';

create function appointments.check_occurrences(occurrences timestamptz[])
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if occurrences is null or cardinality(occurrences) not between 1 and 100
    or occurrences <> array(select distinct o from unnest(occurrences) o where isfinite(o) order by o) then
    perform core.raise_error(422, 'invalid_input', 'Send 1 to 100 starts, each once, in their order.', '{"field": "occurrences"}');
  end if;
end $$;
comment on function appointments.check_occurrences(timestamptz[]) is 'PT422 invalid_input unless there are 1 to 100 starts, each later than the one before.';

create function appointments.check_word(field text, word text, allowed text[])
returns void
language plpgsql immutable set search_path = '' as $$
begin
  if word is null or word <> all (allowed) then
    perform core.raise_error(422, 'invalid_input', format('%s is one of: %s.', field, array_to_string(allowed, ', ')), jsonb_build_object('field', field));
  end if;
end $$;
comment on function appointments.check_word(text, text, text[]) is 'PT422 invalid_input unless the word is one of those allowed.';

create function appointments.book_occurrences(
  service public.services, request appointments.request, occurrences timestamptz[], out booked integer, out refused jsonb)
language plpgsql set search_path = '' as $$
declare
  state text;
  code text;
  members text;
  hint text;
begin
  booked := 0;
  refused := '[]';
  foreach request.starts_at in array occurrences loop
    begin
      perform appointments.insert_booking(service, request);
      booked := booked + 1;
    exception when sqlstate 'PT403' or sqlstate 'PT409' or sqlstate 'PT422' then
      get stacked diagnostics state = returned_sqlstate, code = message_text, members = pg_exception_detail, hint = pg_exception_hint;
      -- What is wrong with the request is wrong with every occurrence: it is said once.
      if code in ('invalid_input', 'invalid_intake') then
        raise;
      end if;
      refused := refused || appointments.refused_occurrence(null, request.starts_at, state, code, members, hint);
    end;
  end loop;
end $$;
comment on function appointments.book_occurrences(public.services, appointments.request, timestamptz[]) is
  'Books each start as a single booking would be; returns how many were, and the refusals of the others. Anything but a refusal is passed on.';

create function appointments.book_series(
  service_id uuid, rule text, time_zone text, occurrences timestamptz[], request appointments.request, on_conflict text, idempotency_key text)
returns jsonb
language plpgsql security definer set search_path = '' as $$
declare
  service public.services;
  series public.appointment_series;
  outcome record;
  answer jsonb;
begin
  if idempotency_key is not null then
    select * into service from public.services s where s.id = book_series.service_id;
    answer := case when found then core.recall('series.book', service.organization_id, idempotency_key,
      jsonb_build_array(service_id, rule, time_zone, occurrences, to_jsonb(request), on_conflict)) end;
  end if;
  if answer is null then
    service := appointments.require_bookable_service(service_id);
    series.customer_id := appointments.require_booker(service, request.customer_id, request.guest);
    perform appointments.check_occurrences(occurrences);
    perform appointments.check_word('on_conflict', on_conflict, array['refuse', 'skip']);
    insert into public.appointment_series (organization_id, service_id, resource_id, customer_id, rule, time_zone, starts_at)
    values (service.organization_id, service.id,
      (select r.id from public.resources r where r.id = request.resource_id and r.organization_id = service.organization_id),
      series.customer_id, rule, time_zone, occurrences[1])
    returning * into series;
    perform appointments.lock_bookings(service.organization_id);
    request.customer_id := series.customer_id;
    request.series_id := series.id;
    perform appointments.lock_sessions_at(service.id, occurrences);
    outcome := appointments.book_occurrences(service, request, occurrences);
    perform appointments.settle_refusals(outcome.refused, outcome.booked, on_conflict);
    perform appointments.record_series(series, 'series.booked',
      jsonb_build_object('booked', outcome.booked, 'skipped', jsonb_array_length(outcome.refused)));
    answer := core.keep('series.book', service.organization_id, idempotency_key,
      appointments.series_document(series) || jsonb_build_object('skipped', outcome.refused));
  end if;
  -- Links are made anew each time, so that none is kept with the answer.
  if request.guest is not null then
    answer := answer || jsonb_build_object('manage_token', core.link_token('series', (answer ->> 'id')::uuid), 'appointments', (
      select jsonb_agg(a || jsonb_build_object('manage_token', core.link_token('appointment', (a ->> 'id')::uuid)) order by place)
      from jsonb_array_elements(answer -> 'appointments') with ordinality as e (a, place)));
  end if;
  return answer;
end $$;
grant execute on function appointments.book_series(uuid, text, text, timestamptz[], appointments.request, text, text) to anon, authenticated, service_role;
comment on function appointments.book_series(uuid, text, text, timestamptz[], appointments.request, text, text) is 'See public.book_series.';

-- As with an appointment; who has only some of a series on their own calendar is asked again for each of it.
create function appointments.series_standing(series public.appointment_series, manage_token text)
returns text
language plpgsql stable set search_path = '' as $$
begin
  if manage_token is not null then
    perform core.verify_link_token('series', series.id, manage_token);
    if not exists (select from public.appointments a where a.series_id = series.id and a.ends_at >= now() - interval '30 days') then
      perform core.raise_error(401, 'invalid_manage_token', 'This link has expired.');
    end if;
    return 'customer';
  end if;
  if core.has_permission(series.organization_id, 'appointments.manage') then
    return 'desk';
  end if;
  if core.has_permission(series.organization_id, 'appointments.manage_own') and exists (
    select from public.appointments a join public.resources r on r.id = any (a.resource_ids)
    where a.series_id = series.id and r.user_id = core.actor_id()) then
    return 'own';
  end if;
  if series.customer_id = core.actor_id() then
    return 'customer';
  end if;
  return case when core.has_permission(series.organization_id, 'appointments.read') then 'reader' end;
end $$;
comment on function appointments.series_standing(public.appointment_series, text) is
  'What the caller is to a series: desk, own (of some of its appointments the desk), customer, reader, or null (it does not exist for them).';

create function appointments.find_series(series_id uuid)
returns public.appointment_series
language plpgsql volatile security definer set search_path = '' as $$
declare
  series public.appointment_series;
begin
  select * into series from public.appointment_series s where s.id = series_id;
  return series;
end $$;
comment on function appointments.find_series(uuid) is 'A series by its id.';

create function appointments.get_series(series_id uuid, manage_token text)
returns jsonb
language plpgsql stable security definer set search_path = '' as $$
declare
  series public.appointment_series := appointments.find_series(series_id);
  standing text := appointments.series_standing(series, manage_token);
begin
  if series.id is null or standing is null then
    perform core.raise_error(404, 'not_found', 'There is no such series.');
  end if;
  return appointments.series_document(series);
end $$;
grant execute on function appointments.get_series(uuid, text) to anon, authenticated, service_role;
comment on function appointments.get_series(uuid, text) is 'See public.get_series.';
