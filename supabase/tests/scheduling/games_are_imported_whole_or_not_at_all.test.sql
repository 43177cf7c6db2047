begin;
set local search_path = extensions;
select plan(12);

select tests.create_league();
select tests.create_schedule('Draft', rounds => 6);

create temporary table files as select '[
  {"round": 1, "date": "2029-01-06", "time": "19:00", "home_team": "Ames", "away_team": "Boise"},
  {"round": 1, "date": "2029-01-06", "time": null, "home_team": "cody", "away_team": "DOVER", "venue": null},
  {"date": "2029-01-13", "starts_at": "2029-01-13T20:00:00-06:00", "home_team": "Dover", "away_team": "Ames", "neutral": "yes", "venue": "Boise Arena"}
]'::jsonb as good;
grant select on files to authenticated;

select is(tests.tally(tests.import('games', good)), '{3,0,0,0}', 'a dry run says what would come') from files;
select is((select count(*) from public.games), 0::bigint, 'and does nothing');
select is(tests.import('games', good || '[{"date": "2029-01-20", "home_team": "Nobody", "away_team": "Ames"}]', 'apply') ->> 'status', 'checked', 'one fault')
from files;
select is((select count(*) from public.games), 0::bigint, 'keeps all of it out');
select is(tests.import('games', good, 'apply') ->> 'status', 'applied', 'a good file is applied') from files;
select results_eq(
  $$
    select h.name, a.name, v.name, g.starts_at at time zone coalesce(v.time_zone, h.time_zone), g.ends_at - g.starts_at, g.neutral, g.round
    from public.games g join public.teams h on h.id = g.home_team_id join public.teams a on a.id = g.away_team_id
    left join public.venues v on v.id = g.venue_id order by g.plays_on, g.starts_at
  $$,
  $$ values ('Ames', 'Boise', 'Ames Arena', timestamp '2029-01-06 19:00', interval '2 hours', false, 1), ('Cody', 'Dover', null, null, null, false, 1),
    ('Dover', 'Ames', 'Boise Arena', timestamp '2029-01-13T20:00:00-06:00' at time zone 'America/Chicago' at time zone (select time_zone from public.venues where name = 'Boise Arena'), interval '2 hours', true, null) $$,
  'at the home of the home side unless said otherwise, for as long as the sport''s games last'
);
select is(tests.tally(tests.import('games', good)), '{0,0,3,0}', 'the same file again changes nothing') from files;
select is((select count(*) from core.events where type = 'schedule.imported'), 1::bigint, 'one event tells of it');
select is((select count(*) from public.audit_entries where action = 'import.applied'), 1::bigint, 'and one audit entry');
select is(tests.tally(tests.import('games', '[
  {"date": "2029-01-06", "time": "20:30", "home_team": "Ames", "away_team": "Boise", "note": "late"},
  {"date": "2029-01-06", "home_team": "Cody", "away_team": "Dover"}]', 'apply')), '{0,1,1,0}', 'what is not said stays');
select is((select (g.starts_at at time zone v.time_zone)::text || ' ' || g.note || ' ' || g.version from public.games g join public.venues v on v.id = g.venue_id where g.note is not null),
  '2029-01-06 20:30:00 late 2', 'what is said is changed');
select is((select count(*) from scheduling.import_rows r join public.imports i on i.id = r.import_id where i.status = 'applied'), 0::bigint,
  'nothing staged is left behind');

select * from finish();
rollback;
