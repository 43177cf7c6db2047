begin;
set local search_path = extensions;
select plan(6);

do $$ begin
  perform vault.create_secret(n.name || '-value', n.name)
  from unnest(array['project_url', 'jobs_key']) n (name)
  where not exists (select from vault.secrets s where s.name = n.name);
end $$;
create function pg_temp.missing(migration text default '1') returns text[] language sql as $$
  select coalesce(array_agg(c ->> 'name' order by c ->> 'name'), '{}')
  from jsonb_array_elements(public.platform_readiness(migration)) c where c ->> 'status' <> 'ok'
$$;
grant execute on function pg_temp.missing(text) to service_role;
select tests.authenticate_as_service();
select is(pg_temp.missing(), '{}'::text[], 'all is there');
select is(pg_temp.missing('99991231000000'), array['migrations'], 'a migration that the code needs and the database lacks');
reset role;
select cron.unschedule('core-pump');
select is(pg_temp.missing(), array['schedules'], 'a schedule that somebody took away');
delete from vault.secrets where name = 'jobs_key';
select is(pg_temp.missing(), array['schedules', 'vault'], 'a secret that nobody set');
select doesnt_match(public.platform_readiness('1')::text, '-value', 'no secret is told');
select tests.create_supabase_user('ada');
select tests.authenticate_as('ada');
select throws_ok($$ select public.platform_readiness('1') $$, '42501', null, 'users are not told');

select * from finish();
rollback;
