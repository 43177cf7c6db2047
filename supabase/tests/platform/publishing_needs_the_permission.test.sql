begin;
set local search_path = extensions;
select plan(12);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.create_member('staff', 'staff');
select tests.create_supabase_user('outsider');
select tests.declare_invoices();
select set_config('test.full', tests.create_api_key(array['events.publish']), true);
select set_config('test.reader', tests.create_api_key(array['events.read']), true);
select set_config('test.foreign', tests.create_api_key(array['events.publish'], 'bank'), true);
select set_config('test.service', tests.create_service_token('till', array['events.publish']), true);
create function pg_temp.try() returns text language sql as $$ select 'select tests.publish(jsonb_build_array(tests.invoice_event(1)))' $$;

select tests.authenticate_as('owner');
select lives_ok(pg_temp.try(), 'an owner publishes');
select tests.authenticate_as('staff');
select throws_ok(pg_temp.try(), 'PT403', 'permission_denied', 'staff do not');
select tests.authenticate_as('outsider');
select throws_ok(pg_temp.try(), 'PT404', 'not_found', 'to outsiders there is no such organization');
select tests.authenticate_as('banker');
select throws_ok(pg_temp.try(), 'PT404', 'not_found', 'nor to the owner of another');
select tests.as_anon();
select throws_ok(pg_temp.try(), '42501', null, 'nobody without an account');
select tests.request_as(api_key => current_setting('test.full'));
select lives_ok(pg_temp.try(), 'a key with the scope publishes');
select tests.request_as(api_key => current_setting('test.reader'));
select throws_ok(pg_temp.try(), 'PT403', 'permission_denied', 'one without it does not');
select tests.request_as(api_key => current_setting('test.foreign'));
select throws_ok(pg_temp.try(), 'PT403', 'permission_denied', 'nor one of another organization');
select tests.request_as(service_token => current_setting('test.service'));
select lives_ok(pg_temp.try(), 'a service with a token for the organization publishes');
select set_config('request.headers', '', true);
select tests.authenticate_as_service();
select lives_ok(pg_temp.try(), 'so does a secret key');
select tests.clear_authentication();

select results_eq(
  $$ select actor_kind, source, count(*)::int from core.events where type = 'invoice.sent' group by 1, 2 order by 1, 2 $$,
  $$ values ('api_key', null, 1), ('service', 'till', 1), ('service', null, 1), ('user', null, 1) $$,
  'the events say who it was'
);
select is((select count(*) from public.audit_entries where action = 'events.publish'), 4::bigint, 'so does the audit log, once a call');

select * from finish();
rollback;
