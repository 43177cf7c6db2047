begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select set_config('test.id', tests.create_policy()::text, true);
select tests.authenticate_as('owner');
select public.save_policy_version(current_setting('test.id')::uuid, 'Two'), public.save_policy_version(current_setting('test.id')::uuid, 'Three');
select tests.clear_authentication();
select tests.publish(current_setting('test.id')::uuid, 1);
select is(tests.holds(current_setting('test.id')::uuid), 1, 'a version is published');
select set_config('test.two', tests.publish(current_setting('test.id')::uuid, 2)::text, true);
select set_config('test.three', tests.publish(current_setting('test.id')::uuid, 3, false)::text, true);
select is(tests.holds(current_setting('test.id')::uuid), 3, 'and the next');

select tests.authenticate_as('owner');
select throws_ok(
  format($$ select public.withdraw_policy(%L) $$, current_setting('test.id')), 'PT409', 'publication_underway', 'while it is being published nobody else changes it'
);
select tests.authenticate_as_service();
select is(
  public.withdraw_publication(current_setting('test.id')::uuid, current_setting('test.three')::uuid) ->> 'current_version', '2',
  'a publication that is undone restores the version before'
);
select is(
  public.withdraw_publication(current_setting('test.id')::uuid, current_setting('test.three')::uuid) ->> 'withdrawn', 'false', 'once'
);
select public.close_publication(current_setting('test.id')::uuid, current_setting('test.three')::uuid);
select throws_ok(
  format($$ select public.publish_policy_version(%L, %L) $$, current_setting('test.id'), current_setting('test.three')),
  'PT409', 'publication_over', 'what is over publishes nothing more'
);
select tests.authenticate_as('owner');
select is(public.withdraw_policy(current_setting('test.id')::uuid) ->> 'current_version', '1', 'managers withdraw what holds');
select is(public.withdraw_policy(current_setting('test.id')::uuid) ->> 'status', 'draft', 'to the first');
select throws_ok(
  format($$ select public.withdraw_policy(%L) $$, current_setting('test.id')), 'PT409', 'not_published', 'and no further'
);
select tests.clear_authentication();
select tests.publish(current_setting('test.id')::uuid, 3);
select tests.authenticate_as_service();
select throws_ok(
  format($$ select public.reserve_policy_version(%L, 2, gen_random_uuid()) $$, current_setting('test.id')),
  'PT422', 'invalid_input', 'an older text is not published over a newer one'
);
select throws_ok(
  format($$ select public.reserve_policy_version(%L, 3, gen_random_uuid()) $$, current_setting('test.id')),
  'PT409', 'already_published', 'nor the same again'
);
select tests.authenticate_as('owner');
select is(public.archive_policy(current_setting('test.id')::uuid) ->> 'status', 'archived', 'an archived policy');
select throws_ok(
  format($$ select public.publish_policy(%L) $$, current_setting('test.id')), 'PT409', 'policy_archived', 'changes no more'
);

select * from finish();
rollback;

