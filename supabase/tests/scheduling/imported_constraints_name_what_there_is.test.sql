begin;
set local search_path = extensions;
select plan(5);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 6);
insert into public.constraint_types (type, title, description, schema, example) values ('test_at_home', 'At home', 'Plays at home.', '{
  "type": "object", "required": ["team"], "properties": {"team": {"type": "string", "$comment": "team"}}}', '{}');
create function pg_temp.of(team uuid) returns jsonb
language sql as $$ select jsonb_build_array(jsonb_build_object('type', 'test_at_home', 'hard', true, 'params', jsonb_build_object('team', team))) $$;
create function pg_temp.told(rows jsonb) returns text
language sql as $$ select tests.import('constraints', rows) -> 'problems' -> 0 ->> 'message' $$;

select is(pg_temp.told(pg_temp.of(gen_random_uuid())), 'The parameters do not fit the type: /team names no team of the schedule', 'no team of others');
select is(pg_temp.told(pg_temp.of(tests.venue_id('Ames Arena'))), 'The parameters do not fit the type: /team names no team of the schedule', 'and no venue for a team');
select is(tests.tally(tests.import('constraints', pg_temp.of(tests.team_id('Ames')), 'apply')), '{1,0,0,0}', 'a team that plays');
delete from public.schedule_teams where team_id = tests.team_id('Ames');
select is(tests.tally(tests.import('constraints', pg_temp.of(tests.team_id('Ames')))), '{0,0,1,0}', 'what is there already stays, as exported');
select is(
  array(select tests.problems(tests.import('rounds', '[{"number": 7, "date": "2031-01-06"}]'))), '{"2 date not_in_season"}',
  'and rounds are on days of the season');

select * from finish();
rollback;
