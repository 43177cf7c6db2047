begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select tests.authenticate_as('owner');

create function pg_temp.change(changes jsonb) returns text
language sql as $$
  select tests.refusal(format('select public.update_resource(%L, %L)', tests.resource_id('Ann'), changes)) ->> 'code'
$$;

select is(pg_temp.change('{"nmae": "Anna"}'), 'invalid_input', 'a misspelt field is not ignored');
select is(pg_temp.change('[]'), 'invalid_input', 'changes are an object');
select is(pg_temp.change('{"organization_id": "00000000-0000-0000-0000-000000000000"}'), 'invalid_input', 'a resource never changes hands');
select isnt(pg_temp.change('{"time_zone": "Mars/Base"}'), null, 'a zone must be known');
select isnt(pg_temp.change('{"capacity": 0}'), null, 'a resource has a seat at least');
select is(
  pg_temp.change(jsonb_build_object('user_id', tests.get_supabase_uid('outsider'))), 'invalid_input',
  'the account of a member of staff must belong to the organization, later too'
);
select is(pg_temp.change('{"name": "Anna", "user_id": null}'), null, 'an account can be taken away');

select tests.clear_authentication();
select results_eq(
  $$ select type, data from core.events where aggregate_id = tests.resource_id('Anna') and type = 'resource.updated' $$,
  $$ values ('resource.updated', '{"kind": "staff", "active": true}'::jsonb) $$,
  'the change is an event without names'
);
select results_eq(
  $$
    select actor_id, before ->> 'name', after ->> 'name' from public.audit_entries
    where action = 'resource.updated' and subject_id = tests.resource_id('Anna')
  $$,
  $$ values (tests.get_supabase_uid('owner'), 'Ann', 'Anna') $$,
  'the audit says who changed what'
);

select * from finish();
rollback;
