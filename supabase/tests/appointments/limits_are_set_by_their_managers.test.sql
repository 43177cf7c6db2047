begin;
set local search_path = extensions;
select plan(13);

select tests.create_clinic();
select tests.offer_service('Talk', any_of => array['Ann']);
select tests.set_limits('{"customer bookings day": 1}', service => 'Talk');

create function pg_temp.set(limits text, organization uuid default null, service uuid default null, resource uuid default null) returns text
language sql as $$
  select concat_ws(' ', r ->> 'status', r ->> 'code')
  from tests.refusal(format('select public.set_booking_limits(%L, %L, %L, %L)', limits, organization, service, resource)) r where r is not null
$$;
create temporary table one as select '[{"subject": "customer", "period": "day", "unit": "bookings", "maximum": 3}]' as limits;
grant select on one to public;

select tests.authenticate_as('outsider');
select is(pg_temp.set(limits, service => tests.service_id('Talk')), 'PT404 not_found', 'an owner elsewhere knows no such service') from one;
select is(pg_temp.set(limits, resource => tests.resource_id('Ann')), 'PT404 not_found', 'nor such a resource') from one;
select is(pg_temp.set(limits, tests.organization_id('clinic')), 'PT403 permission_denied', 'and may not set an organization''s') from one;
select is_empty('select * from public.booking_limits', 'and sees none');
select tests.authenticate_as('viewer');
select is(pg_temp.set(limits, service => tests.service_id('Talk')), 'PT403 permission_denied', 'a viewer may not') from one;
select isnt_empty('select * from public.booking_limits', 'but sees them');
select tests.as_anon();
select is(pg_temp.set(limits, service => tests.service_id('Talk')), '42501 permission denied for function set_booking_limits', 'a guest may not') from one;

select tests.authenticate_as('desk');
select is(pg_temp.set(limits, service => tests.service_id('Talk')), null, 'a scheduler may') from one;
select is(pg_temp.set(limits), 'PT422 invalid_input', 'of one thing') from one;
select is(pg_temp.set('[{"subject": "customer", "period": "year", "unit": "bookings", "maximum": 3}]', service => tests.service_id('Talk')),
  '23514 new row for relation "booking_limits" violates check constraint "known_period"', 'by periods that there are');
select is(pg_temp.set('[{"subjects": "customer"}]', service => tests.service_id('Talk')), 'PT422 invalid_input', 'in words that there are');
select is(
  pg_temp.set((select (o.limits::jsonb || o.limits::jsonb)::text from one o), service => tests.service_id('Talk')), 'PT422 invalid_input', 'each once');
select tests.clear_authentication();
select is(
  (select array_agg(e.type order by e.position) from core.events e where e.type like '%.limits_changed'),
  array['service.limits_changed', 'service.limits_changed'], 'each change is an event'
);

select * from finish();
rollback;
