begin;
set local search_path = extensions;
select plan(10);

select tests.create_season_of_games();
select throws_ok(format('delete from public.teams where id = %L', tests.team_id('Ames')), 'PT409', 'resource_in_use', 'a team with games stays');
select throws_ok(format('delete from public.resources where id = %L', tests.venue_id('Ames Arena')), 'PT409', 'resource_in_use', 'and a venue, as a resource too');

delete from public.schedule_teams where team_id = tests.team_id('Dover');
select throws_ok('set constraints all immediate', 'PT409', 'resource_in_use', 'a team with games stays in its schedule');
set constraints all deferred;
insert into public.schedule_teams (schedule_id, team_id, organization_id) select tests.schedule_id(), tests.team_id('Dover'), tests.organization_id('conference');
select lives_ok('set constraints all immediate', 'unless it is put back');

select tests.authenticate_as('desk');
select public.publish_schedule(tests.schedule_id());
select tests.clear_authentication();
select throws_ok('delete from public.schedules', 'PT409', 'schedule_published', 'a published schedule is not deleted');
select is(tests.game_claims(), 18, 'its games have their time');
select tests.authenticate_as('desk');
select public.unpublish_schedule(tests.schedule_id());
select tests.clear_authentication();
select lives_ok('delete from public.schedules', 'a draft is');
select is_empty('select from public.games', 'with its games');
select is_empty('select from public.schedule_versions', 'and versions');
select lives_ok(format('delete from public.teams where id = %L', tests.team_id('Ames')), 'then a team can go');

select * from finish();
rollback;
