begin;
set local search_path = extensions;
select plan(13);
select tests.create_league();
select tests.create_schedule();
select tests.authenticate_as('desk');
select set_config('test.window', public.create_tv_window(tests.season_id(),
  '{"name": "Prime", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6}') ->> 'id', true);

select is(
  tests.refusal($$ select public.delete_sport(tests.sport_id()) $$),
  '{"status": "PT409", "code": "in_use", "detail": {"seasons": 1, "teams": 4}}', 'a sport with seasons and teams stays'
);
select is(tests.refusal($$ select public.delete_season(tests.season_id()) $$) -> 'detail', '{"schedules": 1}', 'a season with schedules stays');
select is(
  tests.refusal($$ select public.update_season(tests.season_id(), '{"starts_on": "2029-01-07"}') $$) -> 'detail', '{"plays_on": "2029-01-06"}',
  'and keeps the days on which they play'
);
select is(public.update_season(tests.season_id(), '{"starts_on": "2029-01-06"}') ->> 'starts_on', '2029-01-06', 'no more');
select public.update_tv_window(current_setting('test.window')::uuid, '{"plays_on": "2029-10-10"}');
select is(
  tests.refusal($$ select public.update_season(tests.season_id(), '{"ends_on": "2029-10-09"}') $$) -> 'detail', '{"plays_on": "2029-10-10"}',
  'nor fewer than its windows are on'
);
select tests.clear_authentication();
insert into public.games (organization_id, schedule_id, round, plays_on, home_team_id, away_team_id, tv_window_id)
select s.organization_id, s.id, 1, tests.round_day(1), tests.team_id('Ames'), tests.team_id('Boise'), current_setting('test.window')::uuid
from public.schedules s;
update public.games set plays_on = '2029-11-11';
select tests.authenticate_as('desk');
select is(
  tests.refusal($$ select public.update_season(tests.season_id(), '{"ends_on": "2029-11-10"}') $$) -> 'detail', '{"plays_on": "2029-11-11"}',
  'or its games'
);
select is(tests.refusal($$ select public.delete_tv_window(current_setting('test.window')::uuid) $$) -> 'detail', '{"games": 1}', 'a window with a game stays');
select lives_ok($$ select public.delete_schedule(tests.schedule_id()) $$, 'without the schedule');
select lives_ok($$ select public.delete_season(tests.season_id()) $$, 'the season goes');
select is_empty($$ select from public.tv_windows $$, 'and its windows with it');
select is(tests.refusal($$ select public.delete_sport(tests.sport_id()) $$) -> 'detail', '{"seasons": 0, "teams": 4}', 'the sport has its teams');
select lives_ok($$ select public.delete_team(t.id) from public.teams t $$, 'without them');
select lives_ok($$ select public.delete_sport(tests.sport_id()) $$, 'it goes');

select * from finish();
rollback;
