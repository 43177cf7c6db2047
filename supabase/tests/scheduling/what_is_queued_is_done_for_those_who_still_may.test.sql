begin;
set local search_path = extensions;
select plan(4);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 6);
create temporary table made as select tests.stage('games', '[{"date": "2029-01-06", "home_team": "Ames", "away_team": "Boise"}]') as id;

update scheduling.import_parts set rows = 20001;
select is(tests.value_as('desk', format('select public.apply_import(%L) ->> %L', id, 'status')), 'queued', 'a large file waits') from made;
update scheduling.import_parts set rows = 1;
delete from public.memberships m where m.user_id = tests.get_supabase_uid('desk');
select is(scheduling.work_imports(), 1, 'who sent it has left when a worker takes it');
select is((select concat_ws(' ', i.status, i.failure) from public.imports i), 'failed permission_denied', 'it is not done for them');
select is((select count(*) from public.games), 0::bigint, 'no game is there');

select * from finish();
rollback;
