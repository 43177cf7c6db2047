begin;
set local search_path = extensions;
select plan(13);
select tests.create_league();
select tests.create_schedule('Plan');
select tests.create_schedule('Open');
insert into public.games (organization_id, schedule_id, round, plays_on, home_team_id, away_team_id, published)
select s.organization_id, s.id, 1, tests.round_day(1), tests.team_id('Ames'), tests.team_id('Boise'), s.name = 'Open' from public.schedules s;
update public.schedules set status = 'published', published_at = now() where name = 'Open';
select tests.authenticate_as('desk');
select set_config('test.open', tests.schedule_id('Open')::text, true);

select throws_ok(
  $$ select public.update_schedule(current_setting('test.open')::uuid, '{"rounds": []}') $$, 'PT409', 'schedule_published', 'its rounds stay'
);
select throws_ok($$ select public.delete_schedule(current_setting('test.open')::uuid) $$, 'PT409', 'schedule_published', 'it is not deleted');
select is(
  tests.refusal($$ select public.archive_schedule(current_setting('test.open')::uuid) $$),
  '{"status": "PT409", "code": "games_to_come", "detail": {"games": 1}}', 'nor archived while games are to come'
);
select is(public.update_schedule(current_setting('test.open')::uuid, '{"name": "Final"}') ->> 'name', 'Final', 'its name changes');
select tests.clear_authentication();
update public.games set status = 'cancelled' where published;
select tests.authenticate_as('desk');
select is(public.archive_schedule(current_setting('test.open')::uuid) ->> 'status', 'archived', 'it is archived when it is over');
select is(public.archive_schedule(current_setting('test.open')::uuid) ->> 'version', '3', 'once');
select throws_ok(
  $$ select public.update_schedule(current_setting('test.open')::uuid, '{"name": "Other"}') $$, 'PT409', 'schedule_archived', 'then its name stays too'
);
select throws_ok($$ select public.delete_schedule(current_setting('test.open')::uuid) $$, 'PT409', 'schedule_archived', 'and so does it');

select set_config('test.plan', tests.schedule_id('Plan')::text, true);
select lives_ok($$ select public.delete_schedule(current_setting('test.plan')::uuid, 1) $$, 'a draft is deleted');
select is((select count(*) from public.games), 1::bigint, 'with its games');
select is((select count(*) from public.schedule_rounds), 6::bigint, 'and rounds');
select throws_ok($$ select public.delete_schedule(current_setting('test.plan')::uuid) $$, 'PT404', 'not_found', 'once');
select tests.clear_authentication();
select is(
  (select e.data - 'season_id' from core.events e where e.type = 'schedule.deleted'), '{"status": "draft", "games": 1}', 'and the log tells'
);

select * from finish();
rollback;
