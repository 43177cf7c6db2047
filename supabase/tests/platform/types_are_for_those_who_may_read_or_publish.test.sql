begin;
set local search_path = extensions;
select plan(15);

select tests.create_organization();
select tests.create_organization('other', 'stranger');
select tests.create_member('scheduler', 'scheduler');
select tests.create_member('viewer', 'viewer');
select tests.authenticate_as('owner');
select set_config('test.id',
  public.declare_event_type(tests.organization_id(), 'invoice.paid', '{"type": "object"}') ->> 'id', true);

create function pg_temp.declare() returns jsonb language sql as $$
  select public.declare_event_type(tests.organization_id(), 'invoice.sent', '{"type": "object"}')
$$;
create function pg_temp.retire() returns jsonb language sql as $$ select public.retire_event_type(current_setting('test.id')::uuid) $$;
create function pg_temp.own() returns bigint language sql as $$ select count(*) from public.event_types where type = 'invoice.paid' $$;
grant execute on all functions in schema pg_temp to anon, authenticated;

select is(pg_temp.own(), 1::bigint, 'an owner reads them');
select tests.authenticate_as('scheduler');
select is(pg_temp.own(), 1::bigint, 'who may read events does');
select throws_ok('select pg_temp.declare()', 'PT403', 'permission_denied', 'but declares none');
select throws_ok('select pg_temp.retire()', 'PT403', 'permission_denied', 'and retires none');
select tests.authenticate_as('viewer');
select is(pg_temp.own(), 0::bigint, 'a member without events.read sees none');
select cmp_ok((select count(*) from public.event_types where organization_id is null), '>', 50::bigint, 'but Almanac''s own');
select throws_ok('select pg_temp.retire()', 'PT403', 'permission_denied', 'a member is told that they may not');
select tests.authenticate_as('stranger');
select is(pg_temp.own(), 0::bigint, 'another organization''s owner sees none');
select throws_ok('select pg_temp.declare()', 'PT403', 'permission_denied', 'declares none');
select throws_ok('select pg_temp.retire()', 'PT404', 'not_found', 'and is not told that it exists');
select throws_ok($$ select public.retire_event_type(id) from public.event_types where type = 'appointment.booked' $$,
  'PT403', 'reserved_event_type', 'nobody retires Almanac''s own');
select throws_ok($$ insert into public.event_types (type, aggregate_type, schema) values ('a.b', 'a', '{}') $$, '42501', null,
  'nobody writes the table');
select tests.as_anon();
select throws_ok('select pg_temp.own()', '42501', null, 'guests read no types');
select throws_ok('select pg_temp.declare()', '42501', null, 'nor declare any');

select tests.clear_authentication();
select is((select status from public.event_types where id = current_setting('test.id')::uuid), 'active', 'what is refused changes nothing');

select * from finish();
rollback;
