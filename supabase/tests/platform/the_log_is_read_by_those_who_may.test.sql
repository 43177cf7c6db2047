begin;
set local search_path = extensions;
select plan(23);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.create_member('scheduler', 'scheduler');
select tests.create_member('viewer', 'viewer');
select tests.create_member('customer', 'customer');
select tests.create_supabase_user('outsider');
select tests.declare_invoices();
select set_config('test.reader', tests.create_api_key(array['events.read']), true);
select set_config('test.appointments', tests.create_api_key(array['appointments.read']), true);
select set_config('test.foreign', tests.create_api_key(array['events.read'], 'bank'), true);
select tests.authenticate_as('owner');
select tests.publish(jsonb_build_array(tests.invoice_event(1)));
select public.create_resource(tests.organization_id(), 'room', 'Room', 'Europe/Berlin');
select tests.clear_authentication();
create function pg_temp.resource() returns uuid language sql security definer as $$ select id from public.resources where organization_id = tests.organization_id() $$;

create function pg_temp.types() returns text[] language sql as $$
  select array(select e ->> 'type' from jsonb_array_elements(public.list_events(tests.organization_id()) -> 'events') e)
$$;
create function pg_temp.stream(id uuid) returns bigint language sql as $$ select jsonb_array_length(public.get_stream(id) -> 'events') $$;
create function pg_temp.invoice() returns uuid language sql as $$ select (tests.invoice_event(1) ->> 'aggregate_id')::uuid $$;
create temporary view everything as select array['resource.created', 'invoice.sent', 'organization.created'] as types;
grant select on everything to authenticated, anon;

select tests.authenticate_as('owner');
select is(pg_temp.types(), types, 'the owner reads everything, the newest first') from everything;
select is(pg_temp.stream(pg_temp.invoice()), 1::bigint, 'and all that happened to one thing');
select tests.authenticate_as('scheduler');
select is(pg_temp.types(), types, 'so does a member with events.read') from everything;
select tests.authenticate_as('viewer');
select is(pg_temp.types(), array['resource.created', 'organization.created'], 'others read the domains they may read');
select is(pg_temp.stream(pg_temp.resource()), 1::bigint, 'and streams of them');
select throws_ok('select pg_temp.stream(pg_temp.invoice())', 'PT404', 'not_found', 'of no others');
select is(public.read_events_after(tests.organization_id()) -> 'events', '[]', 'they may follow');
select tests.authenticate_as('customer');
select is(pg_temp.types(), '{}', 'customers read of policies alone: who joined is not theirs to know');
select throws_ok('select pg_temp.stream(tests.organization_id())', 'PT404', 'not_found', 'nor of the organization');
select is(public.read_events_after(tests.organization_id()) -> 'events', '[]', 'nor hear more when they follow');
select tests.authenticate_as('outsider');
select throws_ok('select pg_temp.types()', 'PT404', 'not_found', 'to outsiders there is no such organization');
select throws_ok('select pg_temp.stream(pg_temp.invoice())', 'PT404', 'not_found', 'no such stream');
select throws_ok('select public.read_events_after(tests.organization_id())', 'PT404', 'not_found', 'and nothing to follow');
select tests.authenticate_as('banker');
select throws_ok('select pg_temp.types()', 'PT404', 'not_found', 'nor to the owner of another');
select throws_ok('select pg_temp.stream(pg_temp.invoice())', 'PT404', 'not_found', 'whatever ids they know');
select tests.as_anon();
select throws_ok('select pg_temp.types()', '42501', null, 'nobody without an account');

select tests.request_as(api_key => current_setting('test.reader'));
select is(pg_temp.types(), types, 'a key with events.read reads everything') from everything;
select tests.request_as(api_key => current_setting('test.appointments'));
select is(pg_temp.types(), array['resource.created'], 'one of a domain reads that');
select throws_ok('select pg_temp.stream(pg_temp.invoice())', 'PT404', 'not_found', 'and no other stream');
select tests.request_as(api_key => current_setting('test.foreign'));
select throws_ok('select pg_temp.types()', 'PT403', 'permission_denied', 'one of another organization reads nothing');

select set_config('request.headers', '', true);
select tests.authenticate_as('customer');
select public.update_profile('Someone');
select is(pg_temp.stream(tests.get_supabase_uid('customer')), 1::bigint, 'everyone reads what happened to their profile');
select tests.authenticate_as('owner');
select throws_ok($$ select pg_temp.stream(tests.get_supabase_uid('customer')) $$, 'PT404', 'not_found', 'and nobody else');
select throws_ok('select pg_temp.stream(gen_random_uuid())', 'PT404', 'not_found', 'what is not there is answered the same way');

select * from finish();
rollback;
