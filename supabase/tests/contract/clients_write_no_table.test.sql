begin;
set local search_path = extensions;
select plan(3);

create temporary view granted as
select r.rolname as role, c.oid::regclass as relation, p.privilege, n.nspname as schema
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
cross join (select rolname from pg_catalog.pg_roles where rolname in ('anon', 'authenticated', 'service_role')) r
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p (privilege)
where c.relkind in ('r', 'p', 'v', 'm')
  and n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications')
  and has_table_privilege(r.rolname, c.oid, p.privilege);

select is_empty(
  $$ select role, relation, privilege from granted where privilege <> 'select' $$,
  'no API role may write a table, not even with a secret key'
);
select is_empty(
  $$ select role, relation from granted where schema <> 'public' $$,
  'no API role may read a table of a private schema'
);
select is_empty(
  $$
    select relation from granted
    where role = 'anon'
      and relation::text !~ '(organizations|roles|permissions|role_permissions|services|service_groups|service_group_members|group_sessions|resources|weekly_hours|date_overrides|queues|ticket_types)$'
  $$,
  'a guest reads what is on public offer and nothing else'
);

select * from finish();
rollback;
