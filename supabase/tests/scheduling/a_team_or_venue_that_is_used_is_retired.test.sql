begin;
set local search_path = extensions;
select plan(20);
select tests.create_league();
select tests.create_schedule('Draft', rounds => 6, teams => array['Ames', 'Boise', 'Cody', 'Dover']);
select tests.create_venue('Spare Hall');
select tests.create_team('Eton', 'Spare Hall');
select set_config('test.spare', tests.venue_id('Spare Hall')::text, true), set_config('test.eton', tests.team_id('Eton')::text, true),
  set_config('test.ames', tests.team_id('Ames')::text, true);
select tests.authenticate_as('desk');

select is(public.delete_venue(current_setting('test.spare')::uuid) ->> 'outcome', 'retired', 'a home of a team is retired');
select is(public.delete_team(current_setting('test.eton')::uuid) ->> 'outcome', 'deleted', 'a team that never played is deleted');
select is_empty($$ select from public.resources where id = current_setting('test.eton')::uuid $$, 'with its resource');
select throws_ok($$ select public.delete_team(current_setting('test.eton')::uuid) $$, 'PT404', 'not_found', 'once');
select is(public.delete_venue(current_setting('test.spare')::uuid) ->> 'outcome', 'deleted', 'now nobody needs the hall');
select is(public.delete_team(current_setting('test.ames')::uuid) ->> 'outcome', 'retired', 'a team of a schedule is retired');
select results_eq(
  $$ select t.active, r.active from public.teams t join public.resources r using (id) where t.name = 'Ames' $$,
  $$ values (false, false) $$, 'as its resource is'
);
select lives_ok(
  $$ select public.update_schedule(tests.schedule_id(), jsonb_build_object('teams', (select jsonb_agg(t.id) from public.teams t))) $$,
  'it stays where it is'
);
select is(
  tests.refusal($$ select public.create_schedule(tests.season_id(),
    jsonb_build_object('name', 'Next', 'format', 'single_round_robin', 'teams', jsonb_build_array(current_setting('test.ames')))) $$),
  jsonb_build_object('status', 'PT422', 'code', 'invalid_input', 'detail',
    jsonb_build_object('field', 'teams', 'team_ids', jsonb_build_array(current_setting('test.ames')))),
  'and joins no other'
);
select is(public.update_team(current_setting('test.ames')::uuid, '{"active": true}') ->> 'active', 'true', 'until it is back');

select tests.clear_authentication();
insert into public.games (organization_id, schedule_id, round, plays_on, venue_id, home_team_id, away_team_id)
select s.organization_id, s.id, 1, tests.round_day(1), tests.venue_id('Cody Arena'), tests.team_id('Ames'), tests.team_id('Boise')
from public.schedules s where s.id = tests.schedule_id();
select tests.value_as('desk', $$ select public.update_team(tests.team_id('Cody'), '{"venue_id": null}') $$);
select tests.authenticate_as('desk');
select is(public.delete_venue(tests.venue_id('Cody Arena')) ->> 'outcome', 'retired', 'a venue with a game is retired');
select tests.authenticate_as('owner');
select set_has(
  $$ select a.action from public.audit_entries a where a.subject_id = tests.venue_id('Cody Arena') $$,
  $$ values ('venue.created'), ('venue.retired'), ('resource.updated') $$, 'it is in the trail'
);
select tests.clear_authentication();
select set_has(
  $$ select e.type from core.events e where e.aggregate_id = tests.venue_id('Cody Arena') $$,
  $$ values ('venue.created'), ('resource.created'), ('venue.retired') $$, 'and in the log'
);

select tests.authenticate_as('desk');
select is(
  tests.refusal($$ select public.update_team(tests.team_id('Dover'), jsonb_build_object('venue_id', tests.venue_id('Cody Arena'))) $$) -> 'detail',
  '{"field": "venue_id"}', 'it becomes nobody''s home'
);
select public.update_venue(tests.venue_id('Dover Arena'), '{"active": false}');
select lives_ok(
  $$ select public.update_team(tests.team_id('Dover'), jsonb_build_object('division', null, 'venue_id', tests.venue_id('Dover Arena'))) $$,
  'and remains whose home it is'
);
select tests.clear_authentication();
select set_config('test.hall', tests.create_venue('Hall')::text, true);
select tests.offer_service('Tour', any_of => array['Hall'], slug => 'conference');
select tests.create_team('Flint', 'Hall');
select tests.authenticate_as('desk');
select is(
  tests.refusal($$ select public.delete_venue(current_setting('test.hall')::uuid) $$),
  '{"status": "PT409", "code": "in_use", "detail": {"services": 1}}', 'what services are booked at is not retired unasked'
);
select public.delete_team(tests.team_id('Flint'));
select is(public.delete_venue(current_setting('test.hall')::uuid) ->> 'outcome', 'deleted', 'nobody plays there any more');
select results_eq(
  $$ select active from public.resources where id = current_setting('test.hall')::uuid $$, array[true], 'and it is booked as before'
);
select is(
  public.create_venue(tests.organization_id('conference'), jsonb_build_object('resource_id', current_setting('test.hall'))) ->> 'name', 'Hall',
  'it can be a venue again'
);
select tests.clear_authentication();
select public.delete_venue(current_setting('test.hall')::uuid) from tests.authenticate_as('desk');
select tests.clear_authentication();
delete from public.role_permissions where role = 'scheduler' and permission = 'resources.manage';
select tests.authenticate_as('desk');
select throws_ok(
  $$ select public.create_venue(tests.organization_id('conference'), jsonb_build_object('resource_id', current_setting('test.hall'))) $$,
  'PT403', 'permission_denied', 'for who manages resources'
);

select * from finish();
rollback;
