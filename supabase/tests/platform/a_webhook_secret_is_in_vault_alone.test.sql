begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.authenticate_as('owner');
create temporary table t as
  select public.create_webhook(tests.organization_id(), '{"name": "a", "types": ["*"], "url": "https://example.com/?token=t"}', 'key') as made;
select is(
  (select public.create_webhook(tests.organization_id(), '{"name": "a", "types": ["*"], "url": "https://example.com/?token=t"}', 'key') from t),
  (select made from t), 'the same key tells the same secret');
create temporary table first as select (made ->> 'id')::uuid as id, made ->> 'secret' as secret from t;
create temporary table second as select public.rotate_webhook_secret(id, 24, 'key') ->> 'secret' as secret from first;
select isnt(s.secret, f.secret, 'a rotation makes another') from first f, second s;
select is(public.rotate_webhook_secret(id, 24, 'key') ->> 'secret', s.secret, 'one a key') from first, second s;
select doesnt_match(public.get_webhook(id)::text, 'whsec_', 'no reading tells them') from first;

reset role;
create function pg_temp.signing() returns text[] language sql as $$
  select array(select jsonb_array_elements_text(core.webhook_target(id) -> 'secrets')) from first
$$;
select is(pg_temp.signing(), array[s.secret, f.secret], 'both sign, the new one first') from first f, second s;
update core.webhook_secrets set expires_at = now() where expires_at is not null;
select is(pg_temp.signing(), array[s.secret], 'until the overlap is over') from second s;
select core.keep_webhooks();
select is((select count(*) from vault.secrets where name like 'webhook/%'), 1::bigint, 'then it leaves Vault');

select tests.authenticate_as('owner');
select public.rotate_webhook_secret(id, 0) from first;
reset role;
select is(cardinality(pg_temp.signing()), 1, 'without an overlap the old one is over at once');
select isnt(pg_temp.signing(), array[s.secret], 'as one that leaked should be') from second s;

select is_empty($$ select * from core.idempotency_keys where answer::text ~ 'whsec_' $$, 'no kept answer holds one');
select is_empty($$ select * from public.audit_entries where (before, after)::text ~ 'whsec_|token=t' $$, 'nor does the audit log, nor the address''s query');
select is_empty($$ select * from core.events where data::text ~ 'whsec_|example\.com' $$, 'nor an event');
select tests.authenticate_as('owner');
select public.delete_webhook(id) from first;
reset role;
select is_empty($$ select * from vault.secrets where name like 'webhook/%' $$, 'a deleted webhook takes its own along');

select * from finish();
rollback;
