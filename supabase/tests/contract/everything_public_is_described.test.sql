begin;
set local search_path = extensions;
select plan(2);

select is_empty(
  $$
    select c.oid::regclass
    from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace
      and c.relkind in ('r', 'p', 'v', 'm')
      and coalesce(obj_description(c.oid, 'pg_class'), '') = ''
  $$,
  'every table and view a client can name has a comment'
);
select is_empty(
  $$
    select p.oid::regprocedure
    from pg_catalog.pg_proc p
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
    where n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications')
      and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e')
      and coalesce(obj_description(p.oid, 'pg_proc'), '') = ''
  $$,
  'every function has a comment'
);

select * from finish();
rollback;
