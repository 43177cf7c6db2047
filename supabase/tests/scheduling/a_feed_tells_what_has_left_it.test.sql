begin;
set local search_path = extensions;
select plan(10);

select tests.create_season_of_games(published => true);
create temporary table feeds as
select kind, tests.value_as('desk', format('select public.create_calendar_feed(%L, %L)', kind, subject))::jsonb as feed
from (values ('team', tests.team_id('Ames')), ('venue', tests.venue_id('Ames Arena')), ('schedule', tests.schedule_id('Draft'))) f (kind, subject);
grant select on feeds to anon, authenticated;
create function pg_temp.told(kind text) returns text[]
language sql as $$
  select array(select format('%s at %s %s', e ->> 'away', e ->> 'home', e ->> 'status')
    from feeds f, jsonb_array_elements(public.read_calendar_feed(f.feed ->> 'token') -> 'entries') e where f.kind = told.kind order by e ->> 'date', 1)
$$;

select tests.as_anon();
select is(pg_temp.told('team'), '{Boise at Ames scheduled,Cody at Ames scheduled,Ames at Dover scheduled}', 'a team''s games are read by whoever has the link');
select is(cardinality(pg_temp.told('schedule')), 6, 'a schedule''s too');
select is(tests.refusal($$ select public.read_calendar_feed('nonsense') $$) ->> 'code', 'not_found', 'others read nothing');
select is((select tests.refusal(format('select public.read_calendar_feed(%L)', (f.feed ->> 'token') || 'x')) ->> 'code' from feeds f where kind = 'team'),
  'not_found', 'nor those who change the token');
select tests.clear_authentication();

create temporary table before as select (tests.game('Ames', 'Boise')).version as version;
select tests.value_as('desk', format('select public.update_game(%L, %L)', tests.game_id('Ames', 'Boise'), jsonb_build_object('venue_id', tests.venue_id('Boise Arena'))));
select is(pg_temp.told('venue'), '{Boise at Ames cancelled,Cody at Ames scheduled}', 'a game that left the venue is cancelled there');
select is(pg_temp.told('team'), '{Boise at Ames scheduled,Cody at Ames scheduled,Ames at Dover scheduled}', 'and stands elsewhere');
select tests.value_as('desk', format('select public.unpublish_schedule(%L)', tests.schedule_id('Draft')));
select is(pg_temp.told('team'), '{Boise at Ames cancelled,Cody at Ames cancelled,Ames at Dover cancelled}', 'what is taken back is cancelled');
select ok((select bool_and((e ->> 'sequence')::bigint > b.version) from before b, feeds f, jsonb_array_elements(public.read_calendar_feed(f.feed ->> 'token') -> 'entries') e
  where f.kind = 'team' and e ->> 'home' = 'Ames' and e ->> 'away' = 'Boise'), 'as news of the same event');
select tests.value_as('desk', format('select public.publish_schedule(%L)', tests.schedule_id('Draft')));
select is(pg_temp.told('venue'), '{Boise at Ames cancelled,Cody at Ames scheduled}', 'and comes back');
select tests.value_as('desk', format('select public.revoke_calendar_feed(%L)', feed ->> 'id')) from feeds where kind = 'team';
select is((select tests.refusal(format('select public.read_calendar_feed(%L)', f.feed ->> 'token')) ->> 'code' from feeds f where kind = 'team'), 'not_found',
  'a link that was revoked leads nowhere');

select * from finish();
rollback;
