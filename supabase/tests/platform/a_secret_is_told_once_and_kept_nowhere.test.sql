begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
select set_config('test.clinic', tests.organization_id()::text, true);
select tests.authenticate_as('owner');
create function pg_temp.made(key text) returns jsonb language sql as $$
  select public.create_api_key(current_setting('test.clinic')::uuid, 'Till', '{appointments.read,appointments.read}', idempotency_key => key)
$$;
create function pg_temp.registered(key text) returns jsonb language sql as $$
  select public.register_service('{"name": "scores", "version": "1", "endpoint": "https://scores.test"}', current_setting('test.clinic')::uuid, key)
$$;
select set_config('test.key', pg_temp.made('k')::text, true), set_config('test.service', pg_temp.registered('s')::text, true);
select set_config('test.rotated', public.rotate_api_key((current_setting('test.key')::jsonb ->> 'id')::uuid, 60, 'r')::text, true);
select matches(current_setting('test.key')::jsonb ->> 'key', '^alm_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$', 'a key has its form');
select is(current_setting('test.key')::jsonb -> 'scopes', '["appointments.read"]', 'each scope once');
select is(pg_temp.made('k'), current_setting('test.key')::jsonb - 'key', 'a repeated request is answered without the key');
select is(pg_temp.registered('s'), current_setting('test.service')::jsonb - 'client_secret', 'and without the secret');
select is(public.rotate_api_key((current_setting('test.key')::jsonb ->> 'id')::uuid, 60, 'r'), current_setting('test.rotated')::jsonb - 'key', 'a rotation too');
select is((select count(*) from public.api_keys), 2::bigint, 'each was made once');

select tests.clear_authentication();
create temporary view written as
select k.answer::text as text from core.idempotency_keys k
union all select concat(a.before::text, a.after::text) from public.audit_entries a
union all select e.data::text from core.events e
union all select to_jsonb(k)::text from public.api_keys k
union all select to_jsonb(s)::text from public.service_registry s
union all select j.payload::text from core.jobs j;
create temporary view secrets as
select current_setting('test.key')::jsonb ->> 'key' as secret
union all select current_setting('test.rotated')::jsonb ->> 'key'
union all select current_setting('test.service')::jsonb ->> 'client_secret';
select is((select count(*) from secrets where length(secret) > 40), 3::bigint, 'there are three to look for');
select is_empty('select text from written join secrets on strpos(text, right(secret, 43)) > 0', 'no row holds one in clear');
select is_empty(
  $$ select text from written join secrets on strpos(text, encode(sha256(convert_to(secret, 'UTF8')), 'hex')) > 0 $$, 'nor its hash where it can be read'
);

select * from finish();
rollback;
