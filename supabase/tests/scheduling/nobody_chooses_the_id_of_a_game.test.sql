begin;
set local search_path = extensions;
select plan(6);

-- Claims are known by their owner: whoever could give a game the id of an appointment would give its time back with the game's.
select tests.create_season_of_games();
select set_config('test.theirs', gen_random_uuid()::text, true);
insert into calendar.claims (resource_id, during, kind, owner_id)
values (gen_random_uuid(), tstzrange(now(), now() + interval '1 hour'), 'appointment', current_setting('test.theirs')::uuid);
select tests.authenticate_as('desk');
create function pg_temp.put(id text) returns text language sql as $$
  select tests.refusal(format('select public.put_games(tests.schedule_id(), %L)', jsonb_build_array(
    tests.pairing('Ames', 'Boise', 1, jsonb_build_object('id', id))))) #>> '{detail,faults,0,field}' $$;

select is(pg_temp.put(current_setting('test.theirs')), 'id', 'the id of something else is none of a game');
select is(pg_temp.put(gen_random_uuid()::text), 'id', 'nor is a new one');
select is(pg_temp.put(tests.venue_id('Ames Arena')::text), 'id', 'or a venue''s');
select is(
  tests.refusal(format('select public.add_game(tests.schedule_id(), %L)', tests.pairing('Ames', 'Boise', 4, jsonb_build_object('id', current_setting('test.theirs'))))),
  null, 'one that is added'
);
select is(tests.game_id('Ames', 'Boise')::text = current_setting('test.theirs'), false, 'has an id of its own');
select public.keep_schedule_version(tests.schedule_id());
select set_config('test.own', tests.game_id('Cody', 'Dover')::text, true);
select public.remove_game(current_setting('test.own')::uuid);
select is(pg_temp.put(current_setting('test.own')), null, 'only a game that was kept comes back as itself');

select * from finish();
rollback;
