begin;
set local search_path = extensions;
select plan(15);

select tests.create_clinic();
select set_config('test.reader', tests.create_api_key('{organization.read,resources.read}'), true);
select set_config('test.manager', tests.create_api_key('{resources.manage,services.manage,members.manage,audit.read}'), true);
select set_config('test.clinic', tests.organization_id('clinic')::text, true), set_config('test.bank', tests.organization_id('bank')::text, true);

select tests.request_as(current_setting('test.reader'));
select is(current_setting('role'), 'authenticated', 'a key passes the grants that members pass');
select results_eq('select slug from public.organizations', array['clinic'], 'it sees its own organization');
select is((select count(*)::int from public.resources), 3, 'and what its scopes let it read');
select is_empty('select * from public.api_keys', 'not its own kind');
select throws_ok($$ select public.create_resource(current_setting('test.clinic')::uuid, 'room', 'Room 2', 'UTC') $$, 'PT403', 'permission_denied', 'a scope it lacks is refused');
select throws_ok($$ select public.update_profile('Key') $$, 'PT401', 'not_authenticated', 'it is nobody with a profile');
select throws_ok($$ select public.create_organization('Own', 'own', 'clinic', 'UTC') $$, 'PT401', 'not_authenticated', 'it founds nothing');

select tests.request_as(current_setting('test.manager'));
select lives_ok($$ select public.create_resource(current_setting('test.clinic')::uuid, 'room', 'Room 2', 'UTC', idempotency_key => 'k') $$, 'a scope it has lets it act');
select throws_ok($$ select public.create_resource(current_setting('test.bank')::uuid, 'room', 'Room 2', 'UTC') $$, 'PT403', 'permission_denied', 'of another organization it has none');
select throws_ok(
  $$ select public.invite_member(current_setting('test.clinic')::uuid, 'me@example.com', 'customer') $$, 'PT403', 'role_outranks_yours', 'it has no rank: it lets nobody in'
);
select results_eq($$ select actor_kind, actor_id from public.audit_entries where action = 'resource.created' and after ->> 'name' = 'Room 2' $$,
  $$ select 'api_key', id from core.current_credential() $$, 'the trail names the key');

select tests.clear_authentication();
select results_eq($$ select actor_kind, actor_id from core.events where type = 'resource.created' order by position desc limit 1 $$,
  $$ select 'api_key', id from core.current_credential() $$, 'and so does the event');
select is((select caller from core.idempotency_keys where key = 'k'), (select id::text from core.current_credential()), 'its idempotency keys are its own');
select is((select last_used_at from public.api_keys k join core.current_credential() c on c.id = k.id), now(), 'its use is noted');
update public.organizations set id = id where false;
delete from public.organizations where slug = 'clinic';
select throws_ok($$ select tests.request_as(current_setting('test.manager')) $$, 'PT401', 'invalid_api_key', 'it dies with its organization');

select * from finish();
rollback;
