begin;
set local search_path = extensions;
select plan(8);

select tests.create_season_of_games(published => true);
insert into public.role_permissions (role, permission) values ('viewer', 'schedules.manage');
create function pg_temp.apply(what text, rows jsonb) returns text
language plpgsql as $$
begin
  return tests.tally(tests.import(what, rows, 'apply', who => 'viewer'));
exception when sqlstate 'PT403' then
  return sqlerrm;
end $$;
create function pg_temp.told(what text, rows jsonb) returns text[]
language sql as $$ select array(select tests.problems(tests.import(what, rows))) $$;
create function pg_temp.result(more jsonb) returns jsonb
language sql as $$ select jsonb_build_array(jsonb_build_object('date', tests.round_day(1), 'home_team', 'Ames', 'away_team', 'Boise') || more) $$;

select is(pg_temp.apply('games', pg_temp.result('{"status": "played", "attendance": 5}')), 'permission_denied', 'who only manages brings no results');
select is(pg_temp.apply('games', pg_temp.result('{"note": "come late"}')), 'permission_denied', 'and no notes');
select is((tests.game('Ames', 'Boise')).status, 'scheduled', 'the game stands as it stood');
select is(pg_temp.told('rounds', '[{"number": 1, "date": "2029-01-07"}]'), '{"2 number published"}', 'no round of it gets another day');
select is(pg_temp.told('matchups', '[{"home_team": "Ames", "away_team": "Cody", "games": 2}]'), '{"2 home_team published"}', 'nobody else is to meet');
select is(pg_temp.told('rounds', '[{"number": 1, "date": "2029-01-06"}]'), '{}', 'what is the same may be said');
select lives_ok($$ select tests.value_as('desk', format('select public.unpublish_schedule(%L)', tests.schedule_id('Draft'))) $$, 'taken back');
select is(pg_temp.apply('games', pg_temp.result('{"note": "come late"}')), '{0,1,0,0}', 'it is for all who manage');

select * from finish();
rollback;
