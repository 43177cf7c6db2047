begin;
set local search_path = extensions;
select plan(3);

select tests.create_organization();
select tests.create_supabase_user('climber');
update auth.users set raw_user_meta_data = raw_user_meta_data || '{"role": "super_admin", "app_metadata": {"role": "super_admin"}}'
where id = tests.get_supabase_uid('climber');

select tests.authenticate_as('climber');
select ok(not core.is_super_admin(), 'user_metadata, which users write themselves, counts for nothing');
select is_empty('select * from public.organizations where not listed', 'and opens nothing');
select throws_ok(
  $$ select public.update_organization(tests.organization_id(), 'Mine now') $$, 'PT403', 'permission_denied', 'and allows nothing'
);

select * from finish();
rollback;
