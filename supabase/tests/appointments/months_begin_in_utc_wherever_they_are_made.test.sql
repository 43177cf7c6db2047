begin;
set local search_path = extensions;
select plan(2);

set local timezone = 'America/New_York';
select is(core.ensure_month_partitions('public.appointments', 'appointments', 9), 6, 'months are made by a session in New York');
set local timezone = 'UTC';
select is_empty(
  $$
    select c.relname, pg_get_expr(c.relpartbound, c.oid)
    from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.appointments'::regclass and pg_get_expr(c.relpartbound, c.oid) <> 'DEFAULT'
      and pg_get_expr(c.relpartbound, c.oid) !~ '^FOR VALUES FROM \(''[0-9]{4}-[0-9]{2}-01 00:00:00\+00''\) TO \(''[0-9]{4}-[0-9]{2}-01 00:00:00\+00''\)$'
  $$,
  'each begins and ends where the month does in UTC'
);

select * from finish();
rollback;
