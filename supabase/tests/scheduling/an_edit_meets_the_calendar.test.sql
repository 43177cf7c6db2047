begin;
set local search_path = extensions;
select plan(12);
select tests.create_league(), tests.create_draft();
create function pg_temp.conflicts(moves jsonb) returns jsonb language sql as $$
  select public.read_league(tests.schedule_id(), known_version => 1, moves => moves) #> '{calendar,0,conflicts}'
$$;
create function pg_temp.to_round(round int) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('game_id', tests.game_id('Ames', 'Boise'), 'round', round))
$$;
-- Something else is in the arena on the fourth Saturday, and Boise is away on the fifth.
select calendar.claim(array[tests.venue_id('Ames Arena')], tstzrange(tests.chicago('2029-01-27 18:00'), tests.chicago('2029-01-27 20:00')), 'block', core.uuid_v7());
insert into public.absences (organization_id, resource_id, during)
select tests.organization_id('conference'), tests.team_id('Boise'), tstzrange(tests.chicago('2029-02-03 00:00'), tests.chicago('2029-02-04 00:00'));

select tests.authenticate_as('viewer');
select is(pg_temp.conflicts(pg_temp.to_round(6)), '[]', 'nothing is in the way of a free day');
select is(pg_temp.conflicts(pg_temp.to_round(4)) #>> '{0,kind}', 'block', 'another event in the arena is');
select is(pg_temp.conflicts(pg_temp.to_round(4)) #>> '{0,resource_name}', 'Ames Arena', 'there');
select ok(not pg_temp.conflicts(pg_temp.to_round(4)) #> '{0}' ? 'owner_id', 'whose it is stays inside');
select is(pg_temp.conflicts(pg_temp.to_round(5)) #>> '{0,kind}', 'absence', 'and a team that is away');
select is(
  pg_temp.conflicts(jsonb_build_array(jsonb_build_object('game_id', tests.game_id('Ames', 'Boise'), 'round', 4, 'turned', true))), '[]',
  'turned, the game is in the other arena');
select is(
  (public.read_league(tests.schedule_id(), moves => pg_temp.to_round(4)) #>> '{calendar,0,starts_at}')::timestamptz, tests.chicago('2029-01-27 19:00'),
  'it starts when the round does');
select is(public.read_league(tests.schedule_id(), known_version => 1) ->> 'league', null, 'who knows the league is not sent it again');
select is(jsonb_array_length(public.read_league(tests.schedule_id(), known_version => 0) #> '{league,games}'), 6, 'who does not is');
select throws_ok(
  format('select public.read_league(%L, moves => %L)', tests.schedule_id(), '[{"game_id": "nonsense"}]'), 'PT422', 'invalid_input', 'it must be a game of the schedule');
create function pg_temp.starting(at text) returns text language sql as $$
  select format('select public.read_league(%L, moves => %L)', tests.schedule_id(),
    jsonb_build_array(jsonb_build_object('game_id', tests.game_id('Ames', 'Boise'), 'starts_at', at)))
$$;
select throws_ok(pg_temp.starting('infinity'), 'PT422', 'invalid_input', 'at a time of its season');
select throws_ok(pg_temp.starting('9999-01-01T00:00:00Z'), 'PT422', 'invalid_input', 'and no other');
select * from finish();
rollback;
