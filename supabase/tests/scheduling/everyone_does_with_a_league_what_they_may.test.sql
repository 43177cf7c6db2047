begin;
set local search_path = extensions;
select plan(8);
select tests.create_league();
select tests.create_schedule();
select tests.create_schedule('Old', rounds => 0);
select tests.value_as('owner', format('select public.create_tv_window(%L, %L)', tests.season_id(),
  '{"name": "Prime", "starts": "20:00", "time_zone": "America/Chicago", "weekday": 6}'));

-- What someone's statement comes to; nothing of it stays.
create function pg_temp.outcome(who text, statement text) returns text language plpgsql as $$
begin
  if who = 'anon' then perform tests.as_anon(); else perform tests.authenticate_as(who); end if;
  execute statement;
  raise exception 'allowed';
exception when others then
  return case when sqlerrm = 'allowed' then 'allowed' when sqlstate like 'PT%' then sqlstate || ' ' || sqlerrm else sqlstate end;
end $$;

create temporary table commands (name text, makes boolean, statement text);
insert into commands
select name, what = 'organization', format(statement, case what
  when 'organization' then tests.organization_id('conference') when 'sport' then tests.sport_id() when 'season' then tests.season_id()
  when 'venue' then tests.venue_id('Ames Arena') when 'team' then tests.team_id('Ames') when 'schedule' then tests.schedule_id()
  when 'old' then tests.schedule_id('Old') when 'window' then (select w.id from public.tv_windows w) end)
from (values
  ('create a sport', 'organization', $$ select public.create_sport(%L, '{"name": "Chess"}') $$),
  ('update a sport', 'sport', $$ select public.update_sport(%L, '{"game_minutes": 90}') $$),
  ('create a venue', 'organization', $$ select public.create_venue(%L, '{"name": "Hall"}') $$),
  ('update a venue', 'venue', $$ select public.update_venue(%L, '{"spectators": 1}') $$),
  ('delete a venue', 'venue', $$ select public.delete_venue(%L) $$),
  ('create a season', 'sport', $$ select public.create_season(%L, '{"name": "2030", "starts_on": "2030-01-01", "ends_on": "2030-06-01"}') $$),
  ('update a season', 'season', $$ select public.update_season(%L, '{"name": "Spring"}') $$),
  ('create a team', 'sport', $$ select public.create_team(%L, '{"name": "Eton", "code": "ETO"}') $$),
  ('update a team', 'team', $$ select public.update_team(%L, '{"division": null}') $$),
  ('delete a team', 'team', $$ select public.delete_team(%L) $$),
  ('create a TV window', 'season',
    $$ select public.create_tv_window(%L, '{"name": "Late", "starts": "22:00", "time_zone": "UTC", "plays_on": "2029-02-02"}') $$),
  ('update a TV window', 'window', $$ select public.update_tv_window(%L, '{"value": 5}') $$),
  ('delete a TV window', 'window', $$ select public.delete_tv_window(%L) $$),
  ('create a schedule', 'season', $$ select public.create_schedule(%L, '{"name": "Two", "format": "single_round_robin"}') $$),
  ('update a schedule', 'schedule', $$ select public.update_schedule(%L, '{"name": "Three"}') $$),
  ('copy a schedule', 'schedule', $$ select public.copy_schedule(%L, 'Copy') $$),
  ('archive a schedule', 'old', $$ select public.archive_schedule(%L) $$),
  ('delete a schedule', 'old', $$ select public.delete_schedule(%L) $$)
) as c(name, what, statement);
insert into commands values
  ('delete a sport', false, format($$ select public.delete_sport(%L) $$, tests.create_sport('Golf'))),
  ('delete a season', false, format($$ select public.delete_season(%L) $$, tests.create_season('2028', 'Golf')));
create temporary table before as select (select count(*) from public.audit_entries) as audits, (select max(position) from core.events) as last;

select is_empty(
  format($$ select name, o from commands, pg_temp.outcome(%L, statement) o where o <> 'allowed' and name <> 'delete a sport' $$, who),
  format('%s manages all of a league', who)
) from unnest(array['owner', 'desk']) who;
select is_empty(
  format($$ select name, o from commands, pg_temp.outcome(%L, statement) o where o <> 'PT403 permission_denied' $$, who),
  format('a %s manages nothing', who)
) from unnest(array['viewer', 'customer']) who;
select is_empty(
  $$ select name, o from commands, pg_temp.outcome('outsider', statement) o
     where o <> case when makes then 'PT403 permission_denied' else 'PT404 not_found' end $$,
  'to an outsider nothing of it exists'
);
select is_empty(
  $$ select name, o from commands, pg_temp.outcome('anon', statement) o where o <> '42501' $$, 'guests cannot call any of it'
);
select results_eq($$ select count(*) from commands $$, array[20::bigint], 'all of them were tried');
select results_eq(
  $$ select (select count(*) from public.audit_entries), (select max(position) from core.events) $$,
  $$ select audits, last from before $$, 'and nothing of it has stayed'
);

select * from finish();
rollback;
