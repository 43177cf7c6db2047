begin;
set local search_path = extensions;
select plan(8);

select tests.create_organization();
select is((select count(*) from public.audit_entries where organization_id = tests.organization_id()), 1::bigint, 'founding left an entry');

create function pg_temp.partition() returns text language sql as $$ select tableoid::regclass::text from public.audit_entries limit 1 $$;
select throws_ok('update public.audit_entries set action = ''nothing''', '42501', 'append_only', 'not even the owner of the database updates it');
select throws_ok('delete from public.audit_entries', '42501', 'append_only', 'nor deletes');
select throws_ok('truncate public.audit_entries', '42501', 'append_only', 'nor truncates');
select throws_ok(format('delete from %s', pg_temp.partition()), '42501', 'append_only', 'nor deletes from a partition');
select throws_ok(format('truncate %s', pg_temp.partition()), '42501', 'append_only', 'nor truncates one');

select tests.authenticate_as_service();
select throws_ok('delete from public.audit_entries', '42501', null, 'a secret key has no such right at all');
select tests.clear_authentication();
select is((select count(*) from public.audit_entries where organization_id = tests.organization_id()), 1::bigint, 'the entry is still there');

select * from finish();
rollback;
