begin;
set local search_path = extensions;
select plan(6);

select tests.create_clinic();
select tests.create_member('patient', 'customer');
create temporary table commands as
select format(c, case when c like '%organization%' then tests.organization_id() else tests.resource_id('Bob') end) as command
from unnest(array[
  'select public.create_resource(organization_id => %L, kind => ''room'', name => ''Cellar'', time_zone => ''UTC'')',
  'select public.update_resource(%L, ''{"active": false}'')',
  'select public.set_weekly_hours(%L, ''[]'')',
  'select public.set_date_override(%L, ''2030-01-01'', ''[]'')',
  'select public.add_absence(%L, ''2030-01-01'', ''2030-01-02'', ''away'')',
  'select public.import_busy_times(%L, ''google'', ''[]'')'
]) c;
grant select on commands to anon, authenticated;
create temporary table before as select to_jsonb(r) from public.resources r union all select to_jsonb(h) from public.weekly_hours h;

create function pg_temp.refusals() returns setof text
language sql as $$ select distinct concat_ws(' ', r ->> 'status', r ->> 'code') from commands, tests.refusal(command) r $$;

select tests.authenticate_as('viewer');
select results_eq('select * from pg_temp.refusals()', array['PT403 permission_denied'], 'a viewer may not');
select tests.authenticate_as('ann');
select results_eq('select * from pg_temp.refusals()', array['PT403 permission_denied'], 'nor staff, on the calendar of a colleague');
select tests.authenticate_as('patient');
select results_eq('select * from pg_temp.refusals()', array['PT403 permission_denied'], 'nor a customer who is a member');
select tests.authenticate_as('outsider');
select set_eq(
  'select * from pg_temp.refusals()', array['PT403 permission_denied', 'PT404 not_found'],
  'to the owner of another organization the resource does not exist'
);
select tests.as_anon();
select is_empty(
  $$ select command from commands where tests.refusal(command) ->> 'status' is distinct from '42501' $$, 'guests have no such function'
);
select tests.clear_authentication();
select set_eq(
  'select to_jsonb(r) from public.resources r union all select to_jsonb(h) from public.weekly_hours h',
  'select * from before', 'and nothing has changed'
);

select * from finish();
rollback;
