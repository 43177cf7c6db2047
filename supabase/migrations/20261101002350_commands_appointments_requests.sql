-- Appointments, requests: what someone asks for who books, for whom, their answers, and the terms that they get.

create type appointments.request as (
  starts_at timestamptz, resource_id uuid, customer_id uuid, guest jsonb, notes text, party_size integer, intake jsonb,
  hold_id uuid, session_id uuid, series_id uuid);
comment on type appointments.request is 'What someone asks for who books a service: a start, a session or what they hold, and who comes.';

create function appointments.policy_of(service public.services)
returns jsonb
language plpgsql immutable set search_path = '' as $$
begin
  return jsonb_build_object(
    'requires_approval', service.requires_approval, 'duration_minutes', service.duration_minutes, 'buffer_before_minutes', service.buffer_before_minutes,
    'buffer_after_minutes', service.buffer_after_minutes, 'price', service.price, 'currency', service.currency,
    'deposit', service.deposit, 'late_cancellation_fee', service.late_cancellation_fee,
    'cancellation_notice_minutes', service.cancellation_notice_minutes,
    'reschedule_notice_minutes', service.reschedule_notice_minutes, 'maximum_reschedules', service.maximum_reschedules);
end $$;
comment on function appointments.policy_of(public.services) is 'The terms of a service that a booking keeps.';

-- Answers to what was not asked are refused too: they would be kept, and read by nobody.
create function appointments.check_intake(fields jsonb, answers jsonb)
returns void
language plpgsql immutable set search_path = '' as $$
declare
  field jsonb;
  answer jsonb;
  fault text;
begin
  if fields = '[]' and coalesce(answers, '{}') = '{}' then
    return;
  end if;
  if jsonb_typeof(answers) <> 'object' then
    perform core.raise_error(422, 'invalid_input', 'The answers are an object.', '{"field": "intake"}');
  end if;
  for field in select f from jsonb_array_elements(fields) f loop
    answer := nullif(answers -> (field ->> 'name'), 'null');
    fault := case when answer is null or answer::text ~ '^("\s*"|\[\])$' then case when (field ->> 'required')::boolean then 'required' end
      else appointments.intake_fault(field, answer) end;
    if fault is not null then
      perform core.raise_error(422, 'invalid_intake', format('The answer to %s is not valid.', coalesce(field ->> 'label', field ->> 'name')),
        jsonb_build_object('field', field ->> 'name', 'reason', fault));
    end if;
  end loop;
  perform core.raise_error(422, 'invalid_intake', format('%s was not asked.', k), jsonb_build_object('field', k, 'reason', 'unknown'))
  from jsonb_object_keys(answers) k
  where not exists (select from jsonb_array_elements(fields) f where f ->> 'name' = k);
end $$;
comment on function appointments.check_intake(jsonb, jsonb) is
  'PT422 invalid_intake {field, reason: required, type, choice, range, format or unknown} unless the answers fit what is asked.';

create function appointments.is_date(value text)
returns boolean
language plpgsql immutable set search_path = '' as $$
begin
  return value ~ '^\d{4}-\d{2}-\d{2}$' and value::date is not null;
exception when datetime_field_overflow or invalid_datetime_format then
  return false;
end $$;
comment on function appointments.is_date(text) is 'Whether a text is a day of the calendar, as YYYY-MM-DD.';

create function appointments.intake_fault(field jsonb, answer jsonb)
returns text
language plpgsql immutable set search_path = '' as $$
declare
  kind text := field ->> 'type';
  value text := answer #>> '{}';
  measure numeric;
begin
  if jsonb_typeof(answer) <> (case kind when 'boolean' then 'boolean' when 'number' then 'number' when 'integer' then 'number'
      when 'choices' then 'array' else 'string' end)
    or (kind = 'integer' and value::numeric <> trunc(value::numeric)) then
    return 'type';
  end if;
  if kind in ('choice', 'choices') and exists (
    select from jsonb_array_elements(case kind when 'choice' then jsonb_build_array(answer) else answer end) a
    where not (field -> 'choices') @> jsonb_build_array(a)) then
    return 'choice';
  end if;
  if (kind = 'date' and not appointments.is_date(value))
    or (kind = 'email' and value !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$')
    or (kind = 'phone' and value !~ '^\+?[0-9 ()/.-]{4,30}$') then
    return 'format';
  end if;
  measure := case when kind in ('number', 'integer') then value::numeric when kind = 'text' then length(value) end;
  if measure < (field ->> 'minimum')::numeric or measure > (field ->> 'maximum')::numeric or length(value) > 5000 then
    return 'range';
  end if;
  return null;
end $$;
comment on function appointments.intake_fault(jsonb, jsonb) is 'What is wrong with the answer to a field; null when nothing is.';

-- For whom the caller books: themself, or, at the desk, anyone; without an account a guest.
create function appointments.require_booker(service public.services, customer_id uuid, guest jsonb)
returns uuid
language plpgsql stable set search_path = '' as $$
declare
  caller uuid := core.actor_id();
  -- Neither a user nor a secret key, an API key or a service's token: a visitor.
  visitor boolean := caller is null and not core.is_service() and (core.acting_credential()).id is null;
begin
  if guest is not null and (jsonb_typeof(guest) <> 'object' or customer_id is not null
    or length(trim(coalesce(guest ->> 'name', ''))) = 0
    or coalesce(guest ->> 'email', nullif(trim(guest ->> 'phone'), '')) is null
    or (guest ->> 'email') !~ '^[^@\s]+@[^@\s]+\.[^@\s]+$') then
    perform core.raise_error(422, 'invalid_input', 'A guest needs a name and an e-mail address or a phone number.', '{"field": "guest"}');
  end if;
  if guest is null and coalesce(customer_id, caller) = caller then
    return caller;
  end if;
  if guest is not null and visitor then
    if not service.guests_allowed then
      perform core.raise_error(403, 'guests_not_allowed', 'Sign in to book this service.');
    end if;
    return null;
  end if;
  if visitor then
    perform core.raise_error(401, 'not_authenticated', 'Sign in, or book as a guest.');
  end if;
  perform core.require(service.organization_id, 'appointments.manage');
  if guest is null and customer_id is null then
    perform core.raise_error(422, 'invalid_input', 'Say for whom: customer_id or guest.', '{"field": "customer_id"}');
  end if;
  if customer_id is not null and not exists (select from public.profiles p where p.id = require_booker.customer_id) then
    perform core.raise_error(422, 'invalid_input', 'There is no such customer.', '{"field": "customer_id"}');
  end if;
  return customer_id;
end $$;
comment on function appointments.require_booker(public.services, uuid, jsonb) is
  'The account that is booked for, null for a guest; raises unless the caller may book for them.';

create function appointments.approval_deadline(service public.services, starts_at timestamptz)
returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return least(now() + make_interval(mins => service.approval_minutes), starts_at);
end $$;
comment on function appointments.approval_deadline(public.services, timestamptz) is 'When a request for a start lapses that nobody answers.';

create function appointments.request_expiry(service public.services, starts_at timestamptz)
returns timestamptz
language plpgsql stable set search_path = '' as $$
begin
  return case when service.requires_approval then appointments.approval_deadline(service, starts_at) end;
end $$;
comment on function appointments.request_expiry(public.services, timestamptz) is 'When a new booking of a start lapses; null where it needs no approval.';
