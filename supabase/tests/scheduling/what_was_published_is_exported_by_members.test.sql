begin;
set local search_path = extensions;
select plan(4);

select tests.create_season_of_games(published => true);
create function pg_temp.games() returns text
language sql as $$
  select tests.value_as('customer', format('select jsonb_array_length(public.export_rows(%L, %L))', 'games', tests.schedule_id('Draft')))
$$;

select is(pg_temp.games(), '6', 'members export what is published');
update public.games set status = 'played';
select lives_ok($$ select tests.value_as('desk', format('select public.archive_schedule(%L)', tests.schedule_id('Draft'))) $$, 'when the season is over it is archived');
select is(pg_temp.games(), '6', 'and exported as it is read');
update public.schedules set published_at = null;
select throws_ok('select pg_temp.games()', 'PT404', 'not_found', 'a draft that was archived never was theirs');

select * from finish();
rollback;
