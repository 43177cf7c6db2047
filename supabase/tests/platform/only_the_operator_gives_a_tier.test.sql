begin;
set local search_path = extensions;
select plan(6);
select tests.create_organization('clinic', 'owner'), tests.create_supabase_user('outsider');
select tests.create_supabase_user('root', app_metadata => '{"role": "super_admin"}');
create function pg_temp.refused(tier text) returns text language sql as
  $$ select tests.refusal(format('select public.set_organization_tier(%L, %L)', tests.organization_id('clinic'), tier)) ->> 'status' $$;

select tests.authenticate_as('owner');
select is(pg_temp.refused('premium'), 'PT403', 'not its owner');
select tests.authenticate_as('outsider');
select is(pg_temp.refused('premium'), 'PT403', 'nor anyone else');
select tests.as_anon();
select is(pg_temp.refused('premium'), '42501', 'nor a guest');
select tests.authenticate_as('root');
select is(pg_temp.refused('none'), 'PT422', 'a tier that there is');
select is(public.set_organization_tier(tests.organization_id('clinic'), 'premium') ->> 'tier', 'premium', 'the operator does');
select tests.clear_authentication();
select results_eq(
  $$ select type from core.events where aggregate_id = tests.organization_id('clinic') order by version desc limit 1 $$,
  array['organization.tier_changed'], 'and it is told');

select * from finish();
rollback;
