begin;
set local search_path = extensions;
select plan(14);

select tests.create_organization();
select tests.create_organization('other', 'stranger');
select tests.create_member('starter', 'admin');
select tests.create_member('viewer', 'viewer');
select tests.authenticate_as('starter');
select set_config('test.policy', public.create_policy(tests.organization_id(), 'Rules', 'One') ->> 'id', true);
select set_config('test.id', public.publish_policy(current_setting('test.policy')::uuid) ->> 'id', true);
select is(public.get_saga(current_setting('test.id')::uuid) ->> 'name', 'publish_policy', 'who started it sees it');
select tests.authenticate_as('owner');
select is(public.get_saga(current_setting('test.id')::uuid) ->> 'status', 'running', 'so does who manages the organization');
select is((select count(*) from public.list_sagas(tests.organization_id())), 1::bigint, 'also in the list');
select is((select count(*) from public.list_sagas(tests.organization_id(), 'parked')), 0::bigint, 'which can be asked for a status');
select public.set_member_role(tests.organization_id(), tests.get_supabase_uid('starter'), 'viewer');

select tests.authenticate_as('starter');
select throws_ok(
  format($$ select public.get_saga(%L) $$, current_setting('test.id')), 'PT404', 'not_found', 'no longer who could not start it any more'
);
select throws_ok(
  format($$ select public.cancel_saga(%L, 'x') $$, current_setting('test.id')), 'PT404', 'not_found', 'nor may they cancel it'
);
select is((select count(*) from public.list_sagas(tests.organization_id())), 0::bigint, 'nor list it');
select tests.authenticate_as('viewer');
select is((select count(*) from public.list_sagas(tests.organization_id())), 0::bigint, 'other members see none');
select tests.authenticate_as('stranger');
select throws_ok(
  format($$ select public.resume_saga(%L, 'skip', 'x') $$, current_setting('test.id')), 'PT404', 'not_found', 'to others it does not exist'
);
select throws_ok(
  $$ select public.list_sagas(tests.organization_id()) $$, 'PT403', 'permission_denied', 'nor do they list another organization''s'
);
select ok(not core.may_hear_saga('saga:' || current_setting('test.id')), 'or hear of it');
select throws_ok($$ select public.start_saga(null, 'publish_policy') $$, '42501', null, 'users start none by name');
select throws_ok(
  format($$ select public.claim_saga(%L, 1) $$, current_setting('test.id')), '42501', null, 'and advance none'
);
select tests.as_anon();
select throws_ok(
  format($$ select public.get_saga(%L) $$, current_setting('test.id')), '42501', null, 'guests have nothing to do with them'
);

select * from finish();
rollback;

