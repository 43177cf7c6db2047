begin;
set local search_path = extensions;
select plan(8);

select tests.create_organization();
select set_config('request.headers', jsonb_build_object(
  'x-forwarded-for', '203.0.113.7, 10.0.0.1', 'user-agent', repeat('u', 2000), 'x-request-id', 'req-1')::text, true);
select tests.authenticate_as('owner');
select public.update_organization(tests.organization_id(), 'Renamed', settings => '{"a": 1}');
select results_eq(
  $$ select actor_id, actor_kind, subject_type, subject_id, before ->> 'name', after ->> 'name', after -> 'settings', ip, request_id, length(user_agent)
     from public.audit_entries where action = 'organization.update' $$,
  $$ values (auth.uid(), 'user', 'organization', tests.organization_id(), 'Clinic', 'Renamed', '{"a": 1}'::jsonb, inet '203.0.113.7', 'req-1', 500) $$,
  'who, what, before and after, from which address and client'
);

create function pg_temp.address(header text) returns inet language sql as $$
  select core.inet_or_null(btrim(split_part(header, ',', 1)))
$$;
select tests.clear_authentication();
select is(pg_temp.address('2001:db8::1, 10.0.0.1'), inet '2001:db8::1', 'IPv6 is an address');
select is(pg_temp.address('unknown'), null, 'a word is none');
select is(pg_temp.address('999.1.1.1'), null, 'a number out of range is none');
select is(pg_temp.address('1:2:3'), null, 'half an IPv6 address is none');
select is(pg_temp.address(repeat('1', 10000)), null, 'length is no way in');

select set_config('request.headers', '{"x-forwarded-for": "<script>"}', true);
select tests.authenticate_as('owner');
select lives_ok($$ select public.update_organization(tests.organization_id(), 'Again') $$, 'a forged address never fails a command');
select is((select ip from public.audit_entries where after ->> 'name' = 'Again'), null, 'it is just not recorded');

select * from finish();
rollback;
