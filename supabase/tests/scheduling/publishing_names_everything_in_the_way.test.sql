begin;
set local search_path = extensions;
select plan(16);

select tests.create_season_of_games();
select tests.authenticate_as('desk');
create function pg_temp.conflicts() returns table (kind text, resource text, game uuid, other uuid, starts_at timestamptz) language sql as $$
  select c ->> 'kind', c ->> 'resource_name', (c ->> 'game_id')::uuid, (c ->> 'other_game_id')::uuid, (c ->> 'starts_at')::timestamptz
  from jsonb_array_elements(tests.refusal('select public.publish_schedule(tests.schedule_id())') #> '{detail,conflicts}') c
$$;
-- a second game of Ames at the same time, one that is nowhere, one without a start
select public.add_game(tests.schedule_id(), tests.pairing('Ames', 'Dover', 1));
select public.add_game(tests.schedule_id(), tests.pairing('Cody', 'Boise', 5, '{"neutral": true}'));
select public.add_game(tests.schedule_id(), tests.pairing('Boise', 'Dover', 6, '{"starts_at": null}'));
-- an absence, closed hours, a closed day, something else in an arena, a venue that is retired
select public.add_absence(tests.team_id('Boise'), tests.chicago('2029-01-13'), tests.chicago('2029-01-16'), 'Exams');
select public.set_weekly_hours(tests.venue_id('Boise Arena'), '[{"weekday": 6, "opens": "08:00", "closes": "20:00"}]');
select public.set_date_override(tests.venue_id('Cody Arena'), '2029-01-06', '[]');
select tests.clear_authentication();
insert into calendar.claims (resource_id, during, kind, owner_id)
values (tests.venue_id('Ames Arena'), tstzrange(tests.chicago('2029-01-13 20:30'), tests.chicago('2029-01-13 23:00')), 'appointment', gen_random_uuid());

select tests.authenticate_as('desk');
select results_eq(
  $$ select kind, game from pg_temp.conflicts() where resource is null order by kind $$,
  $$ values ('no_start', tests.game_id('Boise', 'Dover')), ('no_venue', tests.game_id('Cody', 'Boise')) $$,
  'what has no start or no venue'
);
select results_eq(
  $$ select resource, starts_at from pg_temp.conflicts() where kind = 'appointment' $$,
  $$ values ('Ames Arena', tests.chicago('2029-01-13 20:30')) $$, 'what else is in an arena'
);
select results_eq(
  $$ select resource from pg_temp.conflicts() where kind = 'game' order by 1 $$,
  array['Ames', 'Ames Arena', 'Dover'], 'who plays twice at once, and where'
);
select is(
  (select array_agg(distinct g order by g) from pg_temp.conflicts() c, unnest(array[c.game, c.other]) g where kind = 'game' and resource like 'Ames%'),
  (select array_agg(g order by g) from unnest(array[tests.game_id('Ames', 'Boise'), tests.game_id('Ames', 'Dover')]) g), 'in which two games'
);
select results_eq(
  $$ select resource, game from pg_temp.conflicts() where kind = 'absence' $$,
  $$ values ('Boise', tests.game_id('Dover', 'Boise')) $$, 'who is away'
);
select results_eq(
  $$ select resource, game from pg_temp.conflicts() where kind = 'closed' order by starts_at $$,
  $$ values ('Cody Arena', tests.game_id('Cody', 'Dover')), ('Boise Arena', tests.game_id('Boise', 'Cody')) $$, 'where it is closed by then'
);
select is(
  (tests.refusal('select public.publish_schedule(tests.schedule_id())') #>> '{detail,total}')::int, 9, 'nothing else'
);
select is(
  public.check_publication(tests.schedule_id()) -> 'conflicts', tests.refusal('select public.publish_schedule(tests.schedule_id())') #> '{detail,conflicts}',
  'who asks before is told the same'
);
select unalike(tests.refusal('select public.publish_schedule(tests.schedule_id())')::text, '%owner%', 'and never whose it is');
select is(tests.game_claims(), 0, 'nothing was taken');
select is((select status from public.schedules), 'draft', 'nothing was published');

-- mended one by one
select public.remove_game(tests.game_id('Ames', 'Dover')), public.remove_game(tests.game_id('Cody', 'Boise'));
select public.remove_game(tests.game_id('Boise', 'Dover'));
select public.update_game(tests.game_id('Ames', 'Cody'), '{"round": 4}'), public.update_game(tests.game_id('Dover', 'Boise'), '{"round": 5}');
select public.update_game(tests.game_id('Boise', 'Cody'), '{"starts": "17:00"}');
select results_eq('select resource from pg_temp.conflicts()', array['Cody Arena'], 'what is mended is named no more');
select public.set_date_override(tests.venue_id('Cody Arena'), '2029-01-06', null);
select lives_ok('select public.publish_schedule(tests.schedule_id())', 'with nothing in the way it is published');
select is(public.check_publication(tests.schedule_id()) -> 'total', '0', 'then nothing is in the way');
select public.add_absence(tests.venue_id('Ames Arena'), tests.chicago('2029-01-06'), tests.chicago('2029-01-07'), 'Flood');
select is(public.check_publication(tests.schedule_id()) #> '{conflicts,0}' ->> 'kind', 'absence', 'until something comes between');
select is(tests.game_claims(), 18, 'and the games keep their time while one asks');

select * from finish();
rollback;
