begin;
set local search_path = extensions;
select plan(10);

select tests.create_supabase_user('ada');
select tests.create_supabase_user('eve');
create function pg_temp.found(name text, key text) returns jsonb language sql as $$
  select public.create_organization(name, 'clinic', 'clinic', 'UTC', idempotency_key => key)
$$;
grant execute on function pg_temp.found(text, text) to authenticated;

select tests.authenticate_as('ada');
select set_config('test.answer', pg_temp.found('Clinic', 'key-1')::text, true);
select is(pg_temp.found('Clinic', 'key-1'), current_setting('test.answer')::jsonb, 'the same request is answered again');
select is((select count(*) from public.memberships), 1::bigint, 'and done once');
select throws_ok($$ select pg_temp.found('Other', 'key-1') $$, 'PT409', 'idempotency_mismatch', 'another request under the key is refused');
select throws_ok($$ select pg_temp.found('Clinic', 'key-2') $$, 'PT409', 'slug_taken', 'another key is another request');
select throws_ok($$ select pg_temp.found('Clinic', repeat('k', 201)) $$, 'PT400', 'invalid_idempotency_key', 'a key is short');
select throws_ok($$ select pg_temp.found('Clinic', '') $$, 'PT400', 'invalid_idempotency_key', 'and not empty');

select is(
  public.invite_member((current_setting('test.answer')::jsonb ->> 'id')::uuid, 'new@example.com', 'staff', 'key-3'),
  public.invite_member((current_setting('test.answer')::jsonb ->> 'id')::uuid, 'New@example.com', 'staff', 'key-3'),
  'an invitation sent twice is one'
);

select tests.authenticate_as('eve');
select throws_ok($$ select pg_temp.found('Clinic', 'key-1') $$, 'PT409', 'slug_taken', 'nobody is given another''s answer');

select tests.clear_authentication();
select is((select count(*) from core.idempotency_keys where key in ('key-1', 'key-2')), 1::bigint, 'a refused command keeps no key');
update core.idempotency_keys set created_at = now() - interval '25 hours';
select core.forget_idempotency_keys();
select is_empty('select * from core.idempotency_keys where key = ''key-1''', 'after a day keys are forgotten');

select * from finish();
rollback;
