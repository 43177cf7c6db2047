begin;
set local search_path = extensions;
select plan(1);

select is_empty(
  $$
    select c.conrelid::regclass, c.conname
    from pg_catalog.pg_constraint c
    join pg_catalog.pg_namespace n on n.oid = c.connamespace
    where c.contype = 'f'
      and n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications')
      and not exists (
        select from pg_catalog.pg_index i
        where i.indrelid = c.conrelid
          and i.indpred is null
          and i.indisvalid
          -- its columns lead the index, in any order
          and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
      )
  $$,
  'every foreign key leads an index, so that deleting what it points to does not read the whole table'
);

select * from finish();
rollback;
