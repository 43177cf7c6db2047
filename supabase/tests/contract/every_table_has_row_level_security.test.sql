begin;
set local search_path = extensions;
select plan(1);

select is_empty(
  $$
    select c.oid::regclass
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p')
      and not c.relrowsecurity
      and n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications')
  $$,
  'row level security is on for every table, private ones and partitions too'
);

select * from finish();
rollback;
