begin;
set local search_path = extensions;
select plan(5);

select tests.create_organization();
select tests.create_organization('other', 'stranger');
select tests.create_member('scheduler', 'scheduler');

select tests.authenticate_as('owner');
select results_eq(
  'select action, organization_id from public.audit_entries',
  $$ values ('organization.create', tests.organization_id()) $$,
  'an owner reads what was done in their organization'
);
select tests.authenticate_as('scheduler');
select is_empty('select * from public.audit_entries', 'a scheduler does not');
select tests.authenticate_as('stranger');
select results_eq(
  'select organization_id from public.audit_entries', $$ values (tests.organization_id('other')) $$, 'another owner reads only their own'
);
select tests.as_anon();
select throws_ok('select * from public.audit_entries', '42501', null, 'a guest cannot ask');
select tests.authenticate_as_service();
select is((select count(*) from public.audit_entries where organization_id in (tests.organization_id(), tests.organization_id('other'))), 2::bigint, 'a service reads all');

select * from finish();
rollback;
