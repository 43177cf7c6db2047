begin;
set local search_path = extensions;
select plan(5);

create temporary view ours as
select p.oid, p.oid::regprocedure as signature, n.nspname as schema, p.prosecdef, p.proconfig, p.proacl
from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'core', 'calendar', 'appointments', 'scheduling', 'documents', 'notifications')
  and not exists (select from pg_catalog.pg_depend d where d.objid = p.oid and d.deptype = 'e');

select is_empty(
  $$ select signature from ours where not coalesce(proconfig, '{}') @> array['search_path=""'] $$,
  'every function pins an empty search_path'
);
select is_empty(
  $$ select signature from ours where prosecdef and schema = 'public' $$,
  'nothing in the exposed schema runs with its owner''s rights'
);
select is_empty(
  $$
    select o.signature from ours o
    where o.proacl is null
      or exists (select from aclexplode(o.proacl) a where a.grantee = 0)
  $$,
  'nothing is executable by PUBLIC'
);
select is_empty(
  $$
    select signature from ours
    where prosecdef
      and has_function_privilege('anon', oid, 'execute')
      and signature::text !~ '^(core\.(my_organization_ids(_through)?|has_permission|is_member_or_service|(current|acting)_credential|is_through_service|service_has_capability|note_key_use|limit_request|set_service_context|service_signing_keys)|scheduling\.read_feed|(calendar|appointments)\.)'
  $$,
  'of core, a guest runs with the owner''s rights only what answers about the guest'
);
select is_empty(
  $$
    select signature from ours
    where signature::text ~ '^core\.(append_event|lock_stream|audit|recall|keep|secret|tick|dispatch|pump|enqueue|link_)'
      and (has_function_privilege('anon', oid, 'execute')
        or has_function_privilege('authenticated', oid, 'execute')
        or has_function_privilege('service_role', oid, 'execute'))
  $$,
  'the log, the trail and the secrets are written by commands only'
);

select * from finish();
rollback;
