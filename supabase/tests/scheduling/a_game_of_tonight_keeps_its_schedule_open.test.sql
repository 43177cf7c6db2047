begin;
set local search_path = extensions;
select plan(3);

select tests.create_season_of_games(published => true);
create function pg_temp.refused() returns text
language sql as $$ select r ->> 'code' from tests.refusal(format('select public.archive_schedule(%L)', tests.schedule_id('Draft'))) r $$;
grant execute on all functions in schema pg_temp to authenticated;

update public.games set status = 'played' where id <> tests.game_id('Ames', 'Boise');
update public.games set plays_on = current_date - 1, starts_at = now() - interval '10 minutes', ends_at = now() + interval '1 hour' where status = 'scheduled';
select tests.authenticate_as('desk');
select is(pg_temp.refused(), 'games_to_come', 'it is tomorrow in London and not over at the venue');
select tests.clear_authentication();
update public.games set starts_at = now() - interval '3 hours', ends_at = now() - interval '1 hour' where status = 'scheduled';
select tests.authenticate_as('desk');
select is(pg_temp.refused(), null, 'once it is over');
select tests.clear_authentication();
select is((select status from public.schedules), 'archived', 'the schedule may be archived');

select * from finish();
rollback;
