begin;
set local search_path = extensions;
select plan(19);
select tests.create_league();
select tests.create_sport('Chess');
select tests.create_team('Knights', sport => 'Chess');
select tests.authenticate_as('desk');

create function pg_temp.made(schedule text) returns text language sql as $$
  select coalesce(tests.refusal(format('select public.create_schedule(tests.season_id(), %L)', '{"name": "x"}' || schedule::jsonb)) #>> '{detail,field}', 'made')
$$;
create function pg_temp.meets(home text, away text, more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('home_team_id', tests.team_id(home), 'away_team_id', tests.team_id(away)) || more
$$;
create function pg_temp.matches(variadic matchups jsonb[]) returns text language sql as $$
  select pg_temp.made(jsonb_build_object('format', 'custom', 'matchups', to_jsonb(matchups))::text)
$$;

select is(pg_temp.made('{"format": "double_round_robin", "rounds": {"every_days": 7, "count": 5}}'), 'rounds', 'six games do not fit into five rounds');
select is(pg_temp.made('{"format": "double_round_robin", "rounds": {"every_days": 7, "count": 6}}'), 'made', 'they do into six');
select is(pg_temp.made(format('{"format": "single_round_robin", "teams": ["%s", "%s", "%s"], "rounds": {"every_days": 7, "count": 2}}',
  tests.team_id('Ames'), tests.team_id('Boise'), tests.team_id('Cody'))), 'rounds', 'of three teams one sits out each round');
select is(pg_temp.made(format('{"format": "single_round_robin", "teams": ["%s", "%s", "%s"], "rounds": {"every_days": 7, "count": 3}}',
  tests.team_id('Ames'), tests.team_id('Boise'), tests.team_id('Cody'))), 'made', 'so they need three');
select is(pg_temp.made(format('{"format": "partial_round_robin", "games_per_team": 3, "teams": ["%s", "%s", "%s"]}',
  tests.team_id('Ames'), tests.team_id('Boise'), tests.team_id('Cody'))), 'games_per_team', 'three teams cannot play three games each');
select is(pg_temp.made('{"format": "partial_round_robin", "games_per_team": 2}'), 'made', 'four can play two');
select is(pg_temp.made(jsonb_build_object('format', 'partial_round_robin', 'games_per_team', 2,
  'matchups', jsonb_build_array(pg_temp.meets('Ames', 'Boise')))::text), 'games_per_team', 'who meets whom is said in one way');
select is(pg_temp.made(jsonb_build_object('format', 'single_round_robin', 'matchups', jsonb_build_array(pg_temp.meets('Ames', 'Boise')))::text),
  'matchups', 'and not where the format says it');
select is(pg_temp.matches(pg_temp.meets('Ames', 'Boise', '{"games": 2, "home_is_fixed": true}'), pg_temp.meets('Boise', 'Ames')), 'made', 'match-ups');
select is(pg_temp.matches(pg_temp.meets('Ames', 'Ames')), 'matchups', 'nobody meets themselves');
select is(pg_temp.matches(pg_temp.meets('Ames', 'Knights')), 'matchups', 'nor a team that is not in it');
select is(pg_temp.matches(pg_temp.meets('Ames', 'Boise'), pg_temp.meets('Ames', 'Boise')), 'matchups', 'a match-up is named once');
select is(pg_temp.made(format('{"format": "custom", "teams": ["%s"]}', tests.team_id('Knights'))), 'teams', 'chess players play no basketball');
select is(pg_temp.made(format('{"format": "custom", "teams": ["%1$s", "%1$s"]}', tests.team_id('Ames'))), 'teams', 'a team is named once');
select is(pg_temp.made('{"format": "custom", "teams": [{"team_id": null}]}'), 'teams', 'nobody does not play');
select is(pg_temp.made('{"format": "custom", "teams": {}}'), 'teams', 'teams are a list');
select is(pg_temp.made('{"format": ""}'), 'format', 'a format is needed');
select throws_ok($$ select public.create_schedule(tests.season_id(), '{"name": "x", "format": "swiss"}') $$, '23514', null, 'one that there is');
select set_config('test.id', public.create_schedule(tests.season_id(), '{"name": "y", "format": "double_round_robin", "phased": true}') ->> 'id', true);
select is(public.update_schedule(current_setting('test.id')::uuid, '{"format": "single_round_robin"}') ->> 'phased', 'false',
  'what a format has goes with it');

select * from finish();
rollback;
