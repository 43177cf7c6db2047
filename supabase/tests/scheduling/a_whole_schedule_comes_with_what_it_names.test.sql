begin;
set local search_path = extensions;
select plan(8);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 0, more => '{"teams": []}');

create temporary table made as select tests.value_as('desk', format('select public.create_import(%L, %L, %L) ->> %L',
  tests.organization_id('conference'), 'schedule', tests.schedule_id('Draft'), 'id'))::uuid as id;
create function pg_temp.stage(kind text, rows jsonb, first boolean default false, last boolean default false) returns void
language sql as $$ select tests.value_as('desk', format('select public.stage_import_rows(%L, 1, %L, %L, %L, %L)', id, kind, rows, first, last)) from made $$;
create function pg_temp.ask(verb text) returns jsonb
language sql as $$ select tests.value_as('desk', format('select public.%s_import(%L)', verb, id))::jsonb from made $$;

select pg_temp.stage('venues', '[{"line": 1, "code": "NEW", "name": "New Hall", "time_zone": "America/Denver", "latitude": 40, "longitude": "-105.5"}]', first => true);
select pg_temp.stage('teams', '[{"line": 1, "code": "FOX", "name": "Foxes", "venue": "new", "schedule_division": "North"}, {"line": 2, "code": "Owl", "name": "Owls"}]');
select pg_temp.stage('rounds', '[{"line": 1, "number": 1, "date": "2029-01-06", "time": "19:00"}]');
select pg_temp.stage('matchups', '[{"line": 1, "home_team": "foxes", "away_team": "OWL", "games": 2}]');
grant select on made to authenticated;
select tests.authenticate_as('desk');
select is(tests.refusal(format('select public.check_import(%L)', id)) ->> 'code', 'import_incomplete', 'not before all of it has come') from made;
select tests.clear_authentication();
select pg_temp.stage('games', '[{"line": 1, "round": 1, "date": "2029-01-06", "time": "19:00", "home_team": "FOX", "away_team": "Owls"}]', last => true);

select is(tests.tally(pg_temp.ask('check')), '{6,0,0,0}', 'what is named may come in the same file');
select is((select count(*) from public.teams t where t.code = 'FOX'), 0::bigint, 'a dry run makes none of it');
select is(pg_temp.ask('apply') ->> 'status', 'applied', 'it is applied whole');
select results_eq(
  $$ select h.name, a.name, v.name, g.starts_at, v.latitude, v.longitude from public.games g join public.teams h on h.id = g.home_team_id
    join public.teams a on a.id = g.away_team_id join public.venues v on v.id = g.venue_id $$,
  $$ values ('Foxes', 'Owls', 'New Hall', timestamptz '2029-01-06 19:00 America/Denver', 40::float8, -105.5::float8) $$, 'games are of the teams and at the venue that came with them');
select results_eq($$ select t.name, p.division from public.schedule_teams p join public.teams t on t.id = p.team_id order by 1 $$,
  $$ values ('Foxes', 'North'), ('Owls', null) $$, 'its teams play in it');
select is((select count(*) from core.events where type in ('team.created', 'venue.created') and data ->> 'active' = 'true' and aggregate_id in (
  select id from public.teams where code in ('FOX', 'Owl') union select id from public.venues where code = 'NEW')), 3::bigint, 'each team and venue has its event');
select is((pg_temp.ask('apply') ->> 'applied_at') is not null, true, 'asked again, it is done already');

select * from finish();
rollback;
