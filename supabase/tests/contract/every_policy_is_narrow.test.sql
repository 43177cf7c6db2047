begin;
set local search_path = extensions;
select plan(4);

create temporary view ours as
select pol.polname as name, pol.polrelid, pol.polrelid::regclass as relation, pol.polcmd, pol.polroles,
  pg_get_expr(pol.polqual, pol.polrelid) as using_expression
from pg_catalog.pg_policy pol
join pg_catalog.pg_class c on c.oid = pol.polrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications', 'realtime');

select is_empty(
  $$ select relation, name from ours where polcmd = '*' $$,
  'no policy is for all operations'
);
select is_empty(
  $$ select relation, name from ours where polroles = '{0}' $$,
  'every policy names its roles'
);
select is_empty(
  $$ select relation, name from ours where name !~ '^[A-Za-z][^_]* [^_]*$' $$,
  'every policy is named by a sentence'
);
select is_empty(
  $$
    select relation, name from ours
    where regexp_replace(using_expression, '(?i)\( SELECT auth\.(uid|jwt|role)\(\)', '', 'g') ~ 'auth\.(uid|jwt|role)\(\)'
  $$,
  'the caller is looked up once a query, not once a row'
);

select * from finish();
rollback;
