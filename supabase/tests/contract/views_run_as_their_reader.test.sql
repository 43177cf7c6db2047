begin;
set local search_path = extensions;
select plan(2);

select is_empty(
  $$
    select c.oid::regclass from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace
      and c.relkind = 'v'
      and not coalesce(c.reloptions, '{}') && array['security_invoker=true', 'security_invoker=on']
  $$,
  'every exposed view obeys the policies of its reader'
);
select is_empty(
  $$
    select c.oid::regclass from pg_catalog.pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'm'
  $$,
  'no materialized view is exposed: it has no policies'
);

select * from finish();
rollback;
