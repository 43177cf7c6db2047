begin;
set local search_path = extensions;
select plan(15);

select tests.create_clinic();
select tests.authenticate_as('owner');
select set_config('test.id', public.create_location(tests.organization_id(), 'Main', 'Europe/Berlin', 'High Street 1', 52.5, 13.4, 'key') ->> 'id', true);
select is(
  public.create_location(tests.organization_id(), 'Main', 'Europe/Berlin', 'High Street 1', 52.5, 13.4, 'key') ->> 'id', current_setting('test.id'),
  'the same key makes one'
);
create function pg_temp.change(changes jsonb) returns text
language sql as $$ select tests.refusal(format('select public.update_location(%L, %L)', current_setting('test.id'), changes)) ->> 'status' $$;
select is(pg_temp.change('{"latitude": 91}'), '23514', 'a place is on earth');
select is(pg_temp.change('{"latitude": "NaN"}'), '23514', 'and somewhere');
select is(pg_temp.change('{"latitude": null}'), '23514', 'both degrees or neither');
select is(pg_temp.change('{"time_zone": "Mars/Base"}'), '23514', 'a zone must be known');
select is(pg_temp.change('{"organization_id": null}'), 'PT422', 'it never changes hands');
select is(pg_temp.change('{"latitude": null, "longitude": null, "address": null, "active": false}'), null, 'what may be unknown can be taken away');
select is((select (address, latitude, active)::text from public.locations), '(,,f)', 'and is');

create function pg_temp.refusals() returns setof text
language sql as $$
  select distinct concat_ws(' ', r ->> 'status', r ->> 'code')
  from unnest(array[
    format('select public.create_location(%L, %L, %L)', tests.organization_id(), 'Other', 'UTC'),
    format('select public.update_location(%L, %L)', current_setting('test.id'), '{"name": "x"}')]) c, tests.refusal(c) r
$$;
select tests.authenticate_as('viewer');
select results_eq('select * from pg_temp.refusals()', array['PT403 permission_denied'], 'a viewer changes none');
select is((select count(*) from public.locations), 1::bigint, 'but sees it');
select tests.authenticate_as('outsider');
select set_eq('select * from pg_temp.refusals()', array['PT403 permission_denied', 'PT404 not_found'], 'to an outsider it is not there');
select is((select count(*) from public.locations), 0::bigint, 'nor seen');
select tests.as_anon();
select set_eq('select left(r, 5) from pg_temp.refusals() r', array['42501'], 'guests have no such function');

select tests.clear_authentication();
select results_eq(
  $$ select type, data from core.events where aggregate_type = 'location' order by position $$,
  $$ values ('location.created', '{"active": true}'::jsonb), ('location.updated', '{"active": false}') $$, 'each change is an event'
);
select results_eq(
  $$ select before ->> 'address', after ->> 'address' from public.audit_entries where action = 'location.updated' $$,
  $$ values ('High Street 1', null) $$, 'the audit says what it was'
);

select * from finish();
rollback;
