begin;
set local search_path = extensions;
select plan(11);

select tests.create_clinic();
select set_config('test.clinic', tests.organization_id()::text, true);
select set_config('test.key', tests.create_api_key('{organization.manage}'), true);
select set_config('test.token', tests.create_service_token('scores', '{organization.manage}'), true);
-- The headers and nothing before them: as where pgrst.db_pre_request is not set.
create function pg_temp.shown(headers jsonb, identifier text default null) returns text language plpgsql as $$
begin
  perform set_config('request.headers', headers::text, true);
  if identifier is null then
    perform tests.as_anon();
  else
    perform tests.authenticate_as(identifier);
  end if;
  perform core.require(current_setting('test.clinic')::uuid, 'organization.manage');
  return 'let in';
exception when others then
  return sqlerrm;
end;
$$;

select is(pg_temp.shown(jsonb_build_object('x-api-key', current_setting('test.key'))), 'let in', 'a good key');
select is(pg_temp.shown('{"x-api-key": "alm_00000000_x"}'), 'invalid_api_key', 'a wrong key');
select is(pg_temp.shown('{"x-api-key": ""}'), 'invalid_api_key', 'an empty one');
select is(pg_temp.shown('{"x-service-token": "x.y.z"}'), 'invalid_service_token', 'a wrong token');
select is(
  pg_temp.shown(jsonb_build_object('x-api-key', current_setting('test.key'), 'x-service-token', 'x.y.z')), 'invalid_service_token',
  'a wrong token beside a good key'
);
select is(
  pg_temp.shown(jsonb_build_object('x-api-key', current_setting('test.key'), 'x-service-token', current_setting('test.token'))),
  'invalid_service_token', 'two good ones are one too many'
);
select is(pg_temp.shown(jsonb_build_object('x-api-key', current_setting('test.key')), 'neighbour'), 'permission_denied', 'a key lends a user nothing');
select is(pg_temp.shown(jsonb_build_object('x-api-key', left(current_setting('test.key'), 50))), 'invalid_api_key', 'a part of a key');
select is(pg_temp.shown(jsonb_build_object('user-agent', format('"x-api-key": "%s"', current_setting('test.key')))), 'not_authenticated', 'a key in another header is none');

select tests.clear_authentication();
update public.api_keys set created_at = now() - interval '2 days', expires_at = now() - interval '1 second';
select is(pg_temp.shown(jsonb_build_object('x-api-key', current_setting('test.key'))), 'invalid_api_key', 'a key that has expired');
select tests.clear_authentication();
update public.api_keys set expires_at = null, revoked_at = now();
select is(pg_temp.shown(jsonb_build_object('x-api-key', current_setting('test.key'))), 'invalid_api_key', 'a key that was revoked');

select * from finish();
rollback;
