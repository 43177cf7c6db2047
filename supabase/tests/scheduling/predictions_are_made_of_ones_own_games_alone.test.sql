begin;
set local search_path = extensions;
select plan(14);
select tests.create_season_of_games();
select tests.play_games();
select tests.create_schedule('Next');
select tests.put_games(jsonb_build_array(tests.pairing('Ames', 'Boise', 1)), 'Next');
create temporary table ids as
select tests.sport_id() as sport, tests.schedule_id('Next') as schedule, tests.game_id('Ames', 'Boise', 'Next') as game;
grant select on ids to public;

-- What a caller is told of games, or what they are refused with.
create function pg_temp.told(statement text) returns text language plpgsql as $$
declare
  answer text;
begin
  execute statement into answer;
  return coalesce(answer, 'null');
exception when others then
  return sqlstate || ' ' || sqlerrm;
end $$;

select tests.authenticate_as(who),
  is(jsonb_array_length(public.played_games((select sport from ids))), 6, format('the %s reads the six games', who))
from unnest(array['owner', 'desk', 'viewer']) who;
select tests.authenticate_as(who),
  is(public.attendance_question((select schedule from ids)) #>> '{games,0,8}', 'true', format('and the %s is told of those to come', who))
from unnest(array['owner', 'desk', 'viewer']) who;

select tests.authenticate_as('desk');
select is(
  array(select e ->> 8 from jsonb_array_elements(public.played_games((select sport from ids), page_size => 4)) e),
  array['4500', '4400', '4300', '4200'], 'page by page, the newest first');
select is(
  (select jsonb_array_length(public.played_games((select sport from ids), (e ->> 2)::date, (e ->> 0)::uuid))
    from jsonb_array_elements(public.played_games((select sport from ids), page_size => 4)) with ordinality as p(e, n) where n = 4),
  2, 'and the rest after them');

select tests.authenticate_as('viewer');
select is(pg_temp.told('select public.train_attendance((select sport from ids))'), 'PT403 permission_denied', 'a viewer trains nothing');
select tests.authenticate_as('customer');
select is(pg_temp.told('select public.played_games((select sport from ids))'), 'PT403 permission_denied', 'a customer is told nothing');
select tests.authenticate_as('outsider');
select is(
  array[
    pg_temp.told('select public.played_games((select sport from ids))'), pg_temp.told('select public.attendance_question((select schedule from ids))'),
    pg_temp.told('select public.attendance_question(game_ids => array[(select game from ids)])'), pg_temp.told('select public.tv_question((select schedule from ids))'),
    pg_temp.told('select public.risk_question((select schedule from ids))'), pg_temp.told('select public.train_attendance((select sport from ids))')],
  array_fill('PT404 not_found'::text, array[6]), 'to an outsider none of it exists');
select is(pg_temp.told('select public.finish_attendance_training((select sport from ids), now(), ''{}'', ''{}'')'),
  '42501 permission denied for function finish_attendance_training', 'nor does anyone but a worker bring a model');
select tests.as_anon();
select is(pg_temp.told('select public.played_games((select sport from ids))'), '42501 permission denied for function played_games', 'guests are refused');

select tests.authenticate_as('desk');
select is(pg_temp.told('select public.attendance_question()'), 'PT422 invalid_input', 'something has to be asked about');

select * from finish();
rollback;
