begin;
set local search_path = extensions;
select plan(12);
select tests.create_league();
select tests.create_schedule('Draft', 'custom', rounds => 6);
insert into public.games (organization_id, schedule_id, round, plays_on, home_team_id, away_team_id)
select s.organization_id, s.id, 3, tests.round_day(3), tests.team_id('Ames'), tests.team_id('Boise')
from public.schedules s where s.id = tests.schedule_id();
select tests.authenticate_as('desk');

create function pg_temp.change(changes jsonb) returns jsonb language sql as $$
  select tests.refusal(format('select public.update_schedule(tests.schedule_id(), %L)', changes))
$$;
select is(
  pg_temp.change('{"rounds": ["2029-01-06", "2029-01-13"]}'),
  '{"status": "PT409", "code": "round_has_games", "detail": {"rounds": [{"number": 3, "plays_on": "2029-01-20"}]}}',
  'a round with games is not removed'
);
select is(pg_temp.change('{"rounds": []}') ->> 'code', 'round_has_games', 'nor are all');
select is((select count(*) from public.schedule_rounds), 6::bigint, 'they are all there');
select is(pg_temp.change('{"rounds": ["2029-01-20", "2029-06-01"]}'), null, 'the others are');
select results_eq(
  $$ select round, plays_on, version from public.games $$, $$ values (1, date '2029-01-20', 2::bigint) $$, 'its games stay on its day, under its new number'
);
select is(pg_temp.change('{"rounds": ["2029-01-20", "2029-01-07", {"plays_on": "2029-01-08", "starts": "12:00"}]}'), null, 'rounds are put before it');
select is((select round from public.games), 3, 'and it has another number again');

select is(
  pg_temp.change(jsonb_build_object('teams', jsonb_build_array(tests.team_id('Ames'), tests.team_id('Cody')))) -> 'detail',
  jsonb_build_object('team_ids', jsonb_build_array(tests.team_id('Boise'))), 'a team with games is not taken out'
);
select is(
  pg_temp.change(jsonb_build_object('teams', jsonb_build_array(tests.team_id('Ames'), jsonb_build_object('team_id', tests.team_id('Boise'), 'division', 'North')))),
  null, 'teams without games are'
);
select results_eq(
  $$ select t.name, s.division from public.schedule_teams s join public.teams t on t.id = s.team_id order by 1 $$,
  $$ values ('Ames', 'East'), ('Boise', 'North') $$, 'and each is in the division that is said, or its own'
);
select is((select version from public.schedules), 4::bigint, 'each change is a version');
select tests.authenticate_as('owner');
select is(
  (select (a.after -> 'changed')::text || jsonb_array_length(a.before -> 'teams') from public.audit_entries a
   where a.action = 'schedule.updated' order by a.id desc limit 1),
  '["teams"]4', 'and in the trail, with what was before'
);

select * from finish();
rollback;
