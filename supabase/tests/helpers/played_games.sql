-- A past of the league of leagues.sql: a schedule whose games were played, with their attendance.

create schema if not exists tests;

-- Plays the first three rounds of a draft, in front of 4,000 and 100 more at each game; the home side wins.
create or replace function tests.play_games(schedule text default 'Draft') returns int
language plpgsql volatile
set search_path = ''
as $$
declare
  played int := 0;
  game record;
begin
  for game in
    select g.id from public.games g where g.schedule_id = tests.schedule_id(schedule) order by g.plays_on, g.id
  loop
    perform tests.value_as('desk', format('select public.record_result(%L, 80, 70, %s)', game.id, 4000 + 100 * played));
    played := played + 1;
  end loop;
  return played;
end;
$$;

grant execute on all functions in schema tests to anon, authenticated, service_role;
