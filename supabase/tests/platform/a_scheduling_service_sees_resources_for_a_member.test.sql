begin;
set local search_path = extensions;
select plan(13);

select tests.create_clinic();
select tests.create_member('patient', 'customer');
select tests.create_member('client', 'customer', 'bank');
select set_config('test.clinic', tests.organization_id()::text, true), set_config('test.bank', tests.organization_id('bank')::text, true);
select set_config('test.scheduling', tests.create_service_token('planner', '{}', 'clinic', '{"scheduling": {}}'), true);
select set_config('test.elsewhere', tests.create_service_token('planner', '{}', 'bank', '{"scheduling": {}}'), true);
select set_config('test.other', tests.create_service_token('translator', '{resources.read}', 'clinic', '{"translation": {}}'), true);
update public.resources set active = false where name = 'Room';
create function pg_temp.seen() returns bigint language sql as $$ select count(*) from public.resources $$;
grant execute on function pg_temp.seen() to authenticated;

-- owner, member who made nothing, outsider
select tests.request_as(identifier => 'patient');
select is(pg_temp.seen(), 0::bigint, 'a member without the permission sees none by themselves');
select tests.request_as(null, current_setting('test.scheduling'), 'patient');
select is(pg_temp.seen(), 2::bigint, 'through a scheduling service those that are active');
select ok(exists (select from public.weekly_hours), 'and when they are there');
select ok(core.is_through_service() and core.service_has_capability('scheduling', current_setting('test.clinic')::uuid), 'policies can ask for both');
select ok(not core.service_has_capability('scheduling', current_setting('test.bank')::uuid), 'not for another organization');
select is_empty('select * from public.appointments', 'the rest stays as it is');
select tests.request_as(null, current_setting('test.scheduling'), 'owner');
select is(pg_temp.seen(), 3::bigint, 'a service takes nothing from who may see more');
select tests.request_as(null, current_setting('test.scheduling'), 'outsider');
select is(pg_temp.seen(), 0::bigint, 'to one who does not belong it shows none');
select tests.request_as(null, current_setting('test.scheduling'), 'client');
select is(pg_temp.seen(), 0::bigint, 'nor to a member of another organization');

select tests.request_as(null, current_setting('test.elsewhere'), 'patient');
select is(pg_temp.seen(), 0::bigint, 'a token for another organization is no use');
select tests.request_as(null, current_setting('test.other'), 'patient');
select is(pg_temp.seen(), 0::bigint, 'nor a service that cannot schedule, whatever its own scopes: they are not the user''s');
select throws_ok(
  $$ select core.require(current_setting('test.clinic')::uuid, 'resources.read') $$, 'PT403', 'permission_denied', 'nor do commands lend them'
);
select tests.request_as(null, current_setting('test.scheduling'));
select is(pg_temp.seen(), 0::bigint, 'without a user it has its own scopes: none');

select * from finish();
rollback;
