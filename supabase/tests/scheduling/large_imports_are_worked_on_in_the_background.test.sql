begin;
set local search_path = extensions;
select plan(7);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 6);
create temporary table made as select tests.stage('games', '[{"date": "2029-01-06", "home_team": "Ames", "away_team": "Boise"}]') as id;
create function pg_temp.queue(wanted text) returns void
language sql as $$ update public.imports i set status = 'queued', wanted = queue.wanted from made where i.id = made.id $$;
create function pg_temp.stands() returns text
language sql as $$ select concat_ws(' ', i.status, i.added, i.faults, i.failure) from public.imports i join made using (id) $$;

update scheduling.import_parts set rows = 20001;
select is(tests.value_as('desk', format('select public.apply_import(%L) ->> %L', id, 'status')), 'queued', 'more than 20,000 rows are') from made;
grant select on made to authenticated;
select tests.authenticate_as('desk');
select is(tests.refusal(format('select public.stage_import_rows(%L, 2, %L, %L)', id, 'games', '[]')) ->> 'code', 'import_closed', 'and take no more') from made;
select tests.clear_authentication();
select is(scheduling.work_imports(), 1, 'a worker takes it');
select is(pg_temp.stands(), 'failed import_incomplete', 'and says why it gives up: rows were lost');
update scheduling.import_parts set rows = 1;
select pg_temp.queue('apply');
select is(scheduling.work_imports() || ' ' || pg_temp.stands(), '1 applied 1 0', 'asked again, it is applied');
select is((select e.actor_id from core.events e where e.type = 'schedule.imported'), tests.get_supabase_uid('desk'), 'as whoever sent it');
select is(scheduling.work_imports(), 0, 'then there is nothing to do');

select * from finish();
rollback;
