begin;
set local search_path = extensions;
select plan(4);
select tests.create_league();
select tests.create_schedule();

select is((select count(*)::int from public.schedule_teams t where t.schedule_id = tests.schedule_id()), 4, 'four teams play');
select is((select max(r.plays_on) from public.schedule_rounds r), tests.round_day(6), 'in six rounds');

select tests.authenticate_as('viewer');
select is((select count(*)::int from public.teams), 4, 'members see the teams');
select tests.authenticate_as('outsider');
select is_empty('select from public.teams union all select from public.venues union all select from public.schedules', 'outsiders see nothing');
select * from finish();
rollback;
