begin;
set local search_path = extensions;
select plan(8);

select tests.create_organization();
select set_config('test.id', tests.create_policy()::text, true);
select tests.authenticate_as('owner');
select set_config('test.saga', public.publish_policy(current_setting('test.id')::uuid, idempotency_key => 'k')::text, true);
select is(
  public.publish_policy(current_setting('test.id')::uuid, idempotency_key => 'k'), current_setting('test.saga')::jsonb, 'the same key starts one saga'
);
select is(current_setting('test.saga')::jsonb ->> 'name', 'publish_policy', 'to publish is a saga');
select is(
  current_setting('test.saga')::jsonb -> 'input', jsonb_build_object('policy_id', current_setting('test.id'), 'number', 1), 'of the latest version'
);
select is(
  current_setting('test.saga')::jsonb ->> 'created_by', tests.get_supabase_uid('owner')::text, 'of whoever asked for it'
);
select throws_ok(
  format($$ select public.publish_policy(%L, 7) $$, current_setting('test.id')), 'PT422', 'invalid_input', 'there must be such a version'
);
select tests.authenticate_as_service();
select public.reserve_policy_version(current_setting('test.id')::uuid, 1, (current_setting('test.saga')::jsonb ->> 'id')::uuid);
select throws_ok(
  format($$ select public.reserve_policy_version(%L, 1, gen_random_uuid()) $$, current_setting('test.id')),
  'PT409', 'publication_underway', 'of two publications one has the policy'
);
select tests.authenticate_as('owner');
select throws_ok(
  format($$ select public.publish_policy(%L) $$, current_setting('test.id')), 'PT409', 'publication_underway', 'and others wait'
);
select throws_ok(
  format($$ select public.save_policy_version(%L, 'x') $$, current_setting('test.id')), 'PT409', 'publication_underway', 'with whatever they change'
);

select * from finish();
rollback;

