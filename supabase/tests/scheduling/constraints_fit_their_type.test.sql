begin;
set local search_path = extensions;
select plan(15);

select tests.create_season_of_games();
insert into public.constraint_types (type, title, description, schema, example) values ('test_at_home', 'At home', 'Plays at home.', '{
  "type": "object", "required": ["teams"], "additionalProperties": false, "properties": {
    "teams": {"type": "array", "minItems": 1, "items": {"type": "string", "$comment": "team"}},
    "venue": {"type": "string", "description": "Id of a venue that is meant"},
    "at_most": {"type": "integer", "minimum": 0}}}', '{}');
select tests.authenticate_as('desk');
create function pg_temp.params(more jsonb default '{}') returns jsonb language sql as
  $$ select jsonb_build_object('teams', jsonb_build_array(tests.team_id('Ames'))) || more $$;
create function pg_temp.add(params jsonb, more jsonb default '{}') returns jsonb language sql as
  $$ select public.add_schedule_constraint(tests.schedule_id(), jsonb_build_object('type', 'test_at_home', 'params', params, 'hard', true) || more) $$;

select is(pg_temp.add(pg_temp.params(), '{"name": "Home"}') - array['id', 'organization_id', 'schedule_id', 'params', 'created_at', 'updated_at'],
  '{"type": "test_at_home", "name": "Home", "hard": true, "weight": 1, "active": true, "violated": null, "deviation": null, "version": 1}', 'it is added');
select is(
  tests.refusal($$ select pg_temp.add('{"teams": [], "at_most": -1, "x": 1}') $$) #> '{detail,total}', '3', 'params fit the schema of the type'
);
select is(
  (select array_agg(f ->> 'path' order by f ->> 'path') from jsonb_array_elements(
    tests.refusal($$ select pg_temp.add('{"teams": [], "at_most": -1, "x": 1}') $$) #> '{detail,faults}') f),
  array['/params/at_most', '/params/teams', '/params/x'], 'or each fault is named'
);
select is(
  tests.refusal(format('select pg_temp.add(%L)', pg_temp.params(jsonb_build_object('teams',
    jsonb_build_array(tests.team_id('Ames'), tests.venue_id('Ames Arena'), 'x'), 'venue', tests.team_id('Ames'))))) #> '{detail,faults}',
  '[{"path": "/params/teams/1", "message": "names no team of the schedule"}, {"path": "/params/teams/2", "message": "names no team of the schedule"},
    {"path": "/params/venue", "message": "names no venue of the schedule"}]', 'and they name teams and venues that there are'
);
select lives_ok(format('select pg_temp.add(%L)', pg_temp.params(jsonb_build_object('venue', tests.venue_id('Ames Arena')))), 'as these');
select is(
  tests.refusal($$ select public.add_schedule_constraint(tests.schedule_id(), '{"type": "nothing", "params": {}, "hard": true}') $$),
  '{"status": "PT422", "code": "invalid_input", "detail": {"field": "type"}}', 'there is such a type'
);
select is(tests.refusal($$ select pg_temp.add(pg_temp.params(), '{"weight": 0}') $$) -> 'detail', '{"field": "weight"}', 'a weight is positive');
select is(tests.refusal($$ select pg_temp.add(pg_temp.params(), '{"hard": null}') $$) -> 'detail', '{"field": "hard"}', 'it is hard or soft');

select tests.clear_authentication();
update public.schedule_constraints set violated = true, deviation = 3 where name = 'Home';
select set_config('test.id', (select id from public.schedule_constraints where name = 'Home')::text, true);
select tests.authenticate_as('desk');
create function pg_temp.id() returns uuid language sql as $$ select current_setting('test.id')::uuid $$;
select is(
  public.update_schedule_constraint(pg_temp.id(), '{"weight": 5, "active": false}', 1) - array['id', 'organization_id', 'schedule_id', 'params', 'created_at', 'updated_at'],
  '{"type": "test_at_home", "name": "Home", "hard": true, "weight": 5, "active": false, "violated": null, "deviation": null, "version": 2}',
  'changed, it is to be measured anew'
);
select is(tests.refusal($$ select public.update_schedule_constraint(pg_temp.id(), '{"params": {}}') $$) ->> 'code', 'invalid_constraint', 'it still fits its type');
select is(tests.refusal($$ select public.update_schedule_constraint(pg_temp.id(), '{"type": "x"}') $$) -> 'detail', '{"field": "type"}', 'which it keeps');
select is(tests.refusal($$ select public.update_schedule_constraint(pg_temp.id(), '{"hard": false}', 1) $$) ->> 'code', 'version_conflict', 'of two editors one is told');
select is((select version from public.schedules), 5::bigint, 'each change is one of the schedule');
select public.delete_schedule_constraint(pg_temp.id(), 2);
select is((select count(*)::int from public.schedule_constraints), 1, 'it is deleted');
select is(tests.refusal('select public.delete_schedule_constraint(pg_temp.id())') ->> 'code', 'not_found', 'once');

select * from finish();
rollback;
