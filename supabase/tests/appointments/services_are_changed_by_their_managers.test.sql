begin;
set local search_path = extensions;
select plan(10);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann']);
select tests.create_resource('Vault', 'room', slug => 'bank');
create temporary table commands as
select format(c, case when c like '%create_service%' then tests.organization_id() else tests.service_id('Consultation') end) as command
from unnest(array['select public.create_service(%L, ''{"name": "Other", "duration_minutes": 10}'')',
  'select public.update_service(%L, ''{"price": 1, "currency": "EUR"}'')', 'select public.set_service_groups(%L, ''[]'')']) c;
grant select on commands to anon, authenticated;

select tests.authenticate_as('ann');
select is_empty(
  $$ select r from commands, tests.refusal(command) r where r ->> 'code' is distinct from 'permission_denied' $$, 'staff do not change what is on offer'
);
select tests.authenticate_as('outsider');
select set_eq(
  $$ select r ->> 'status' from commands, tests.refusal(command) r $$, array['PT403', 'PT404'], 'nor does the owner of another organization'
);
select tests.as_anon();
select is_empty($$ select r from commands, tests.refusal(command) r where r ->> 'status' is distinct from '42501' $$, 'nor a guest');

select tests.authenticate_as('desk');
create function pg_temp.groups(groups jsonb) returns text
language sql as $$ select tests.refusal(format('select public.set_service_groups(%L, %L)', tests.service_id('Consultation'), groups)) ->> 'code' $$;
select is(
  pg_temp.groups(jsonb_build_array(jsonb_build_object('name', 'x', 'resource_ids', jsonb_build_array(tests.resource_id('Vault'))))),
  'not_found', 'a resource of another organization does not exist'
);
select is(
  pg_temp.groups('[{"name": "x", "resource_ids": ["5eed0000-0000-4000-8000-00000000dead"]}]'), 'not_found', 'nor does one that never was'
);
select is(pg_temp.groups('[{"name": "x", "rule": "any", "resource_ids": []}]'), 'invalid_input', 'a group has members');
select is(pg_temp.groups('[{"name": "x"}]'), 'invalid_input', 'said by whom');
select is(pg_temp.groups('{}'), 'invalid_input', 'groups are a list');
select is_empty(
  $$
    select s from unnest(array['{"name": "X"}', '{"duration_minutes": 10}', '{"name": "X", "duration_minutes": 0}',
      '{"name": "X", "duration_minutes": 10, "price": 5}', '{"name": "X", "duration_minutes": 10, "price": "NaN", "currency": "EUR"}', '{"name": "X", "duration_minutes": 10, "id": "1"}', '[]', 'null']) s
    where tests.refusal(format('select public.create_service(%L, %L)', tests.organization_id(), s)) is null
  $$,
  'a service that makes no sense is refused'
);
select tests.clear_authentication();
select results_eq(
  $$ select s.name, s.price, m.resource_id from public.services s join public.service_group_members m on m.service_id = s.id $$,
  $$ values ('Consultation', null::numeric, tests.resource_id('Ann')) $$, 'nothing has changed'
);

select * from finish();
rollback;
