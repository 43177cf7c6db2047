begin;
set local search_path = extensions;
select plan(3);

create temporary view partitions as
select i.inhparent::regclass as parent, c.oid, c.oid::regclass as name, c.relname, n.nspname as schema,
  pg_get_expr(c.relpartbound, c.oid) as bounds
from pg_catalog.pg_inherits i
join pg_catalog.pg_class c on c.oid = i.inhrelid and c.relispartition and c.relkind in ('r', 'p')
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications');

select is_empty(
  $$ select name from partitions where schema = 'public' $$,
  'no partition can be named by a client'
);
select is_empty(
  $$
    select name from partitions where bounds = 'DEFAULT' and tests.has_rows(name)
  $$,
  'default partitions are empty'
);
select is_empty(
  $$
    select distinct p.parent, month
    from partitions p
    cross join generate_series(date_trunc('month', now() at time zone 'UTC'), now() at time zone 'UTC' + interval '3 months', interval '1 month') month
    where not exists (
      select from partitions m
      where m.parent = p.parent and (m.relname like '%' || to_char(month, '\_YYYY\_MM') or m.relname like '%' || to_char(month, '\_YYYY'))
    )
  $$,
  'every partitioned table has this month and the three to come, or their years'
);

select * from finish();
rollback;
