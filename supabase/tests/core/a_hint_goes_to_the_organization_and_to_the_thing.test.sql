begin;
set local search_path = extensions;
select plan(4);

select tests.create_organization();
delete from realtime.messages;
select tests.authenticate_as('owner');
select public.update_organization(tests.organization_id(), 'Another Name');
select tests.clear_authentication();

select set_eq(
  'select topic from realtime.messages',
  $$ select unnest(array['org:' || id || ':organization', 'organization:' || id]) from public.organizations where slug = 'clinic' $$,
  'one hint on the domain''s topic, one on the thing''s own'
);
select ok((select bool_and(private) from realtime.messages), 'both on private channels');
select results_eq(
  'select distinct event, payload from realtime.messages',
  $$ select 'organization.updated', jsonb_build_object('id', id, 'type', 'organization.updated', 'version', 2) from public.organizations where slug = 'clinic' $$,
  'it says what happened to what, and nothing about it'
);
select tests.authenticate_as('owner');
select public.update_profile('Someone');
select tests.clear_authentication();
select is(
  (select count(*) from realtime.messages where event = 'profile.updated'), 1::bigint, 'what belongs to no organization has one topic'
);

select * from finish();
rollback;
