-- Limits of a clinic's services and resources.

create schema if not exists tests;

-- {"customer bookings day": 2, …} of a service, a resource or, without a name of either, the clinic.
create or replace function tests.set_limits(limits jsonb, service text default null, resource text default null) returns jsonb
language plpgsql volatile
set search_path = ''
as $$
begin
  return tests.value_as('owner', format('select public.set_booking_limits(%L, %L, %L, %L)',
    (select coalesce(jsonb_agg(jsonb_build_object('subject', split_part(k, ' ', 1), 'unit', split_part(k, ' ', 2), 'period', split_part(k, ' ', 3),
      'maximum', v::int)), '[]') from jsonb_each_text(limits) as e(k, v)),
    case when service is null and resource is null then tests.organization_id('clinic') end,
    tests.service_id(service), tests.resource_id(resource)))::jsonb;
end;
$$;

-- What the caller is told who books: null, a code, or limit_reached with the limit that is.
create or replace function tests.told(service text, starts_at timestamptz, resource text default null) returns text
language sql volatile
set search_path = ''
as $$
  select concat_ws(' ', r ->> 'code', r #>> '{detail,subject}', r #>> '{detail,unit}', r #>> '{detail,period}', r #>> '{detail,maximum}', r #>> '{detail,reason}')
  from tests.refusal(format('select public.book_appointment(%L, %L, %L)', tests.service_id(service), starts_at, tests.resource_id(resource))) r
  where r is not null
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
