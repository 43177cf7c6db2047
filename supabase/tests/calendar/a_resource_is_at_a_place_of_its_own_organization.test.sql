begin;
set local search_path = extensions;
select plan(9);

select tests.create_clinic();
create function pg_temp.place(slug text) returns uuid
language sql as $$
  select tests.value_as(null, format('select public.create_location(%L, %L, %L) ->> %L', tests.organization_id(slug), slug || ' place', 'Europe/Berlin', 'id'))::uuid
$$;
select set_config('test.here', pg_temp.place('clinic')::text, true), set_config('test.elsewhere', pg_temp.place('bank')::text, true);

select tests.authenticate_as('owner');
select is(
  tests.refusal(format('select public.update_resource(%L, %L)', tests.resource_id('Ann'),
    jsonb_build_object('location_id', current_setting('test.elsewhere')))),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "location_id"}}', 'not at one of another organization'
);
select is(
  tests.refusal(format('select public.create_resource(%L, %L, %L, %L, location_id => %L)', tests.organization_id(), 'room', 'Cellar',
    'Europe/Berlin', current_setting('test.elsewhere'))) ->> 'code',
  'invalid_input', 'nor as a new resource'
);
select is(
  tests.refusal(format('select public.update_resource(%L, %L)', tests.resource_id('Ann'), jsonb_build_object('location_id', gen_random_uuid()))) ->> 'code',
  'invalid_input', 'nor at none that there is'
);
select is(
  public.update_resource(tests.resource_id('Ann'), jsonb_build_object('location_id', current_setting('test.here'))) ->> 'location_id',
  current_setting('test.here'), 'but at one of its own'
);
select is(public.update_resource(tests.resource_id('Ann'), '{"name": "Anna"}') ->> 'location_id', current_setting('test.here'), 'where it stays');
select is(
  public.create_resource(tests.organization_id(), 'room', 'Cellar', 'Europe/Berlin', location_id => current_setting('test.here')::uuid) ->> 'location_id',
  current_setting('test.here'), 'as a new one too'
);
select is(public.update_resource(tests.resource_id('Anna'), '{"location_id": null}') ->> 'location_id', null, 'it can leave');

select tests.clear_authentication();
select throws_ok(
  format('update public.resources set location_id = %L where name = %L', current_setting('test.elsewhere'), 'Anna'),
  '23503', null, 'the table itself refuses a place of another organization'
);
delete from public.locations where id = current_setting('test.here')::uuid;
select is(
  (select (r.location_id, r.organization_id)::text from public.resources r where r.name = 'Cellar'), format('(,%s)', tests.organization_id()),
  'a place that is gone leaves its resources to the organization'
);

select * from finish();
rollback;
