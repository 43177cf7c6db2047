begin;
set local search_path = extensions;
select plan(18);
select tests.create_league();
select tests.authenticate_as('desk');
select set_config('test.ames', tests.venue_id('Ames Arena')::text, true);

select results_eq(
  $$ select r.kind, r.name, r.time_zone, r.capacity, l.latitude, l.longitude
     from public.resources r join public.locations l on l.id = r.location_id where r.id = current_setting('test.ames')::uuid $$,
  $$ values ('venue', 'Ames Arena', 'America/Chicago', 1, 42.03::float8, -93.62::float8) $$, 'a venue is a resource at a location'
);
select public.update_resource(current_setting('test.ames')::uuid, '{"name": "Big Arena", "capacity": 2, "time_zone": "America/Denver"}');
select results_eq(
  $$ select name, games_at_once, time_zone, version from public.venues where id = current_setting('test.ames')::uuid $$,
  $$ values ('Big Arena', 2, 'America/Denver', 2::bigint) $$, 'what the resource becomes, it becomes, in another version'
);
select public.update_location((select location_id from public.resources where id = current_setting('test.ames')::uuid), '{"latitude": 43, "longitude": -94}');
select results_eq(
  $$ select latitude, longitude, version from public.venues where id = current_setting('test.ames')::uuid $$,
  $$ values (43::float8, -94::float8, 3::bigint) $$, 'it moves with its location'
);
select public.update_resource(current_setting('test.ames')::uuid, '{"attributes": {"roof": "open"}}');
select is((select version from public.venues where id = current_setting('test.ames')::uuid), 3::bigint, 'what it does not show makes no version');
select throws_ok(
  $$ select public.update_venue(current_setting('test.ames')::uuid, '{"spectators": 5}', 1) $$, 'PT409', 'version_conflict', 'an old one is known as old'
);
select is(
  public.update_venue(current_setting('test.ames')::uuid, '{"name": "Arena", "latitude": 44, "longitude": -95, "games_at_once": 3}', 3)
    - array['id', 'organization_id', 'created_at', 'updated_at'],
  '{"name": "Arena", "code": null, "spectators": 10000, "games_at_once": 3, "time_zone": "America/Denver", "address": null, "latitude": 44,
    "longitude": -95, "active": true, "version": 4}', 'it changes, and its resource and location with it'
);
select results_eq(
  $$ select r.name, r.capacity, l.latitude from public.resources r join public.locations l on l.id = r.location_id
     where r.id = current_setting('test.ames')::uuid $$,
  $$ values ('Arena', 3, 44::float8) $$, 'both of them'
);
select public.update_venue(tests.venue_id('Boise Arena'),
  jsonb_build_object('location_id', (select location_id from public.resources where id = current_setting('test.ames')::uuid)));
select is((select latitude from public.venues where name = 'Boise Arena'), 44::float8, 'two venues stand at one place');
select public.update_venue(current_setting('test.ames')::uuid, '{"latitude": 10, "longitude": 10}');
select results_eq(
  $$ select name, latitude from public.venues where name in ('Arena', 'Boise Arena') order by name $$,
  $$ values ('Arena', 10::float8), ('Boise Arena', 44) $$, 'where one moves, the other stays'
);
select is(
  tests.refusal($$ select public.update_venue(tests.venue_id('Boise Arena'), '{"latitude": 1}') $$) ->> 'code', 'invalid_input', 'half a position is none'
);
select is(
  tests.refusal($$ select public.update_venue(tests.venue_id('Boise Arena'), '{"time_zone": "Mars/Olympus"}') $$) -> 'detail',
  '{"field": "time_zone"}', 'nor is any zone one'
);
select is(
  tests.refusal(format($$ select public.create_venue(%L, '{"name": "x", "location_id": "00000000-0000-0000-0000-000000000001"}') $$,
    tests.organization_id('conference'))) -> 'detail', '{"field": "location_id"}', 'nor any location'
);
select lives_ok(
  $$ select public.add_absence(current_setting('test.ames')::uuid, '2029-01-06 00:00Z', '2029-01-07 00:00Z', 'Concert') $$,
  'a blackout is an absence of the resource'
);
select lives_ok(
  $$ select public.set_weekly_hours(current_setting('test.ames')::uuid, '[{"weekday": 6, "opens": "10:00", "closes": "23:00"}]') $$,
  'and it has hours'
);

select set_config('test.hall', public.create_resource(tests.organization_id('conference'), 'venue', 'Hall', 'UTC', 2) ->> 'id', true);
select set_config('test.body', jsonb_build_object('resource_id', current_setting('test.hall'), 'spectators', 50)::text, true);
select is(
  tests.refusal($$ select public.create_venue(tests.organization_id('conference'), current_setting('test.body')::jsonb || '{"name": "x"}') $$) -> 'detail',
  '{"field": "resource_id"}', 'a resource that is there has its name'
);
select is(
  public.create_venue(tests.organization_id('conference'), current_setting('test.body')::jsonb)
    - array['id', 'organization_id', 'created_at', 'updated_at'],
  '{"name": "Hall", "code": null, "spectators": 50, "games_at_once": 2, "time_zone": "UTC", "address": null, "latitude": null,
    "longitude": null, "active": true, "version": 1}', 'it becomes a venue'
);
select throws_ok(
  $$ select public.create_venue(tests.organization_id('conference'), current_setting('test.body')::jsonb) $$, 'PT409', 'name_taken', 'once'
);
select tests.authenticate_as('outsider');
select is(
  tests.refusal($$ select public.create_venue(tests.organization_id('elsewhere'), current_setting('test.body')::jsonb) $$) -> 'detail',
  '{"field": "resource_id"}', 'and nobody else''s'
);

select * from finish();
rollback;
