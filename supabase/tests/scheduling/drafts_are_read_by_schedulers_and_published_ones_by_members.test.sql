begin;
set local search_path = extensions;
select plan(14);
select tests.create_league();
select tests.create_schedule('Draft', 'custom', more => jsonb_build_object('matchups', jsonb_build_array(
  jsonb_build_object('home_team_id', tests.team_id('Ames'), 'away_team_id', tests.team_id('Boise')))));
select tests.create_schedule('Open');
update public.schedules set status = 'published', published_at = now() where name = 'Open';
select tests.value_as('owner', format('select public.create_tv_window(%L, %L)', tests.season_id(),
  '{"name": "Prime", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6}'));
create temporary table ids as select tests.schedule_id('Draft') as draft, tests.schedule_id('Open') as published;
grant select on ids to public;

-- How many rows of each table a caller sees.
create function pg_temp.seen() returns text language sql as $$
  select concat_ws(' ', (select count(*) from public.sports), (select count(*) from public.seasons), (select count(*) from public.venues),
    (select count(*) from public.teams), (select count(*) from public.tv_windows), (select count(*) from public.schedules),
    (select count(*) from public.schedule_rounds), (select count(*) from public.schedule_teams), (select count(*) from public.schedule_matchups))
$$;

select tests.authenticate_as(who), is(pg_temp.seen(), '1 1 4 4 1 2 12 8 1', format('the %s sees all of it', who))
from unnest(array['owner', 'desk', 'viewer']) who;
select tests.authenticate_as('customer');
select is(pg_temp.seen(), '1 1 4 4 0 1 6 4 0', 'a customer sees the league and what is published');
select is(public.get_schedule((select published from ids)) #>> '{rounds,5,plays_on}', '2029-02-10', 'whole');
select throws_ok('select public.get_schedule((select draft from ids))', 'PT404', 'not_found', 'no draft');
select ok(not scheduling.may_hear('schedule:' || (select draft from ids)), 'nor do they hear of one');
select ok(scheduling.may_hear('schedule:' || (select published from ids)), 'of what is published they do');
select tests.clear_authentication();
update public.schedules set status = 'archived' where name = 'Open';
select tests.authenticate_as('customer');
select is(public.get_schedule((select published from ids)) ->> 'status', 'archived', 'and when it is over it can still be read');
select tests.authenticate_as('outsider');
select is(pg_temp.seen(), '0 0 0 0 0 0 0 0 0', 'an outsider sees nothing');
select throws_ok('select public.get_schedule((select published from ids))', 'PT404', 'not_found', 'to them it does not exist');
select ok(not scheduling.may_hear('schedule:' || (select published from ids)), 'and they hear nothing');
select tests.as_anon();
select throws_ok('select from public.schedules', '42501', null, 'guests read no table');
select throws_ok('select public.get_schedule((select published from ids))', '42501', null, 'and no schedule');

select * from finish();
rollback;
