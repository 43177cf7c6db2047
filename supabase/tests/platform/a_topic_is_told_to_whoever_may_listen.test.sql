begin;
set local search_path = extensions;
select plan(7);

select tests.create_organization();
select tests.create_member('viewer', 'viewer');
select tests.create_supabase_user('outsider');
select tests.declare_invoices();
create function pg_temp.domains(variadic types text[] default '{*}') returns text language sql as $$
  select string_agg(split_part(t, ':', 3), ' ' order by t) from public.event_topics(tests.organization_id(), types) t
  where t like 'org:' || tests.organization_id() || ':%'
$$;

select tests.authenticate_as('owner');
select is(pg_temp.domains('invoice.paid'), 'events', 'own types are hinted on one topic');
select is(pg_temp.domains('appointment.*', 'invoice.paid'), 'appointments events', 'types of several domains on several');
select is(pg_temp.domains('member.joined'), 'organization', 'where the aggregate belongs');
select is(pg_temp.domains('unicorn.seen'), null, 'what is no type, nowhere');
select tests.authenticate_as('viewer');
select is(pg_temp.domains(), 'appointments organization policies schedules', 'only where one may listen');
select tests.authenticate_as('outsider');
select is(pg_temp.domains(), null, 'outsiders nowhere');
select tests.as_anon();
select throws_ok('select pg_temp.domains()', '42501', null, 'nobody without an account');

select * from finish();
rollback;
