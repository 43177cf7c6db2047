begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.create_organization('other', 'stranger');
select tests.create_member('customer', 'customer');
select tests.create_member('scheduler', 'scheduler');
select set_config('test.id', tests.create_policy()::text, true);
select tests.authenticate_as('customer');
select is_empty('select * from public.policies', 'members do not see a draft');
select is_empty('select * from public.policy_versions', 'nor its text');
select throws_ok(
  format($$ select public.save_policy_version(%L, 'x') $$, current_setting('test.id')), 'PT403', 'permission_denied', 'and write none'
);
select tests.clear_authentication();
select tests.publish(current_setting('test.id')::uuid, 1);
select tests.authenticate_as('owner');
select public.save_policy_version(current_setting('test.id')::uuid, 'Two');
select tests.authenticate_as('customer');
select results_eq('select title from public.policies', array['Rules'], 'they see what is published');
select results_eq('select body from public.policy_versions', array['One'], 'in the version that is');
select ok(documents.may_hear_policy('policy:' || current_setting('test.id')), 'and hear of it');
select tests.authenticate_as('scheduler');
select throws_ok(
  format($$ select public.publish_policy(%L) $$, current_setting('test.id')), 'PT403', 'permission_denied', 'who manages calendars publishes none'
);
select tests.authenticate_as('stranger');
select is_empty('select * from public.policies', 'another organization sees nothing');
select throws_ok(
  format($$ select public.publish_policy(%L) $$, current_setting('test.id')), 'PT404', 'not_found', 'to it there is no such policy'
);
select throws_ok(
  $$ select public.create_policy(tests.organization_id(), 'x') $$, 'PT403', 'permission_denied', 'and it writes none for others'
);
select ok(not documents.may_hear_policy('policy:' || current_setting('test.id')), 'nor hears of it');
select throws_ok(
  format($$ select public.reserve_policy_version(%L, 1, gen_random_uuid()) $$, current_setting('test.id')), '42501', null, 'steps are for services'
);
select tests.as_anon();
select throws_ok('select * from public.policies', '42501', null, 'guests see none');

select * from finish();
rollback;

