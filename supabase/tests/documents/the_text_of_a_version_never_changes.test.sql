begin;
set local search_path = extensions;
select plan(9);

select tests.create_organization();
select set_config('test.id', tests.create_policy()::text, true);
select tests.authenticate_as('owner');
select is(public.save_policy_version(current_setting('test.id')::uuid, 'Two') ->> 'latest_version', '2', 'each text is another version');
select results_eq(
  $$ select number, body, published_at is null from public.policy_versions order by number $$,
  $$ values (1, 'One', true), (2, 'Two', true) $$, 'and none is published by being saved'
);
select throws_ok(
  format($$ select public.save_policy_version(%L, 'Three', expected_version => 1) $$, current_setting('test.id')),
  'PT409', 'version_conflict', 'a change of what one has not seen is refused'
);
select throws_ok(
  format($$ select public.save_policy_version(%L, '  ') $$, current_setting('test.id')), 'PT422', 'invalid_input', 'a version says something'
);
select is(
  public.save_policy_version(current_setting('test.id')::uuid, 'Three', idempotency_key => 'k'),
  public.save_policy_version(current_setting('test.id')::uuid, 'Three', idempotency_key => 'k'), 'the same key saves once'
);
select tests.clear_authentication();
select throws_ok($$ update public.policy_versions set body = 'Other' where number = 1 $$, '42501', 'append_only', 'what was saved never changes');
select lives_ok($$ update public.policy_versions set withdrawn_at = now() where number = 1 $$, 'what becomes of it may');
select results_eq(
  $$ select type, data ->> 'number' from core.events where aggregate_type = 'policy' order by version $$,
  $$ values ('policy.created', '1'), ('policy.updated', '2'), ('policy.updated', '3') $$, 'an event each'
);
select is((select count(*) from public.audit_entries where subject_type = 'policy'), 3::bigint, 'an audit entry each');

select * from finish();
rollback;

