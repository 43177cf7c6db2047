begin;
set local search_path = extensions;
select plan(14);

select tests.create_season_of_games();
insert into public.constraint_types (type, title, description, schema, example) values ('test_any', 'Any', 'Anything.', '{}', '{}');
select tests.authenticate_as('desk');
select public.keep_schedule_version(tests.schedule_id());
select public.add_schedule_constraint(tests.schedule_id(), '{"type": "test_any", "params": {}, "hard": false}');
select set_config('test.game', tests.game_id('Ames', 'Boise')::text, true), set_config('test.draft', tests.schedule_id()::text, true);
select tests.clear_authentication();
select set_config('test.constraint', (select id from public.schedule_constraints)::text, true);

create function pg_temp.refusals() returns text[] language plpgsql as $$
declare
  draft uuid := current_setting('test.draft');
  game uuid := current_setting('test.game');
  rule uuid := current_setting('test.constraint');
  statement text;
  codes text[];
begin
  foreach statement in array array[
    format('select public.put_games(%L, ''[]'')', draft), format('select public.add_game(%L, ''{}'')', draft),
    format('select public.update_game(%L, ''{"round": 2}'')', game), format('select public.swap_game(%L)', game),
    format('select public.postpone_game(%L)', game), format('select public.cancel_game(%L)', game), format('select public.reinstate_game(%L)', game),
    format('select public.record_result(%L, 1, 0)', game), format('select public.remove_game(%L)', game),
    format('select public.publish_schedule(%L)', draft), format('select public.unpublish_schedule(%L)', draft),
    format('select public.keep_schedule_version(%L)', draft), format('select public.restore_schedule_version(%L, 1)', draft),
    format('select public.add_schedule_constraint(%L, ''{}'')', draft), format('select public.update_schedule_constraint(%L, ''{}'')', rule),
    format('select public.delete_schedule_constraint(%L)', rule)
  ] loop
    codes := codes || (tests.refusal(statement) ->> 'code');
  end loop;
  return array(select distinct c from unnest(codes) c);
end $$;

create function pg_temp.rows_seen() returns int[] language sql as $$
  select array[(select count(*) from public.games), (select count(*) from public.schedule_constraints), (select count(*) from public.schedule_versions)]::int[] $$;

select tests.authenticate_as('viewer');
select is(pg_temp.refusals(), array['permission_denied'], 'a viewer changes nothing');
select is(pg_temp.rows_seen(), '{6,1,1}', 'but reads the draft');
select is(public.diff_schedule_versions(current_setting('test.draft')::uuid, 1) -> 'unchanged', '6', 'and what is different');
select tests.authenticate_as('customer');
select is(pg_temp.refusals(), array['permission_denied'], 'a customer changes nothing');
select is(pg_temp.rows_seen(), '{0,0,0}', 'and sees no draft');
select is(tests.refusal(format('select public.diff_schedule_versions(%L, 1)', current_setting('test.draft'))) ->> 'code', 'permission_denied', 'nor its versions');
select tests.authenticate_as('outsider');
select is(pg_temp.refusals(), array['not_found'], 'to an outsider there is nothing');
select is(pg_temp.rows_seen(), '{0,0,0}', 'to be seen');
select is(tests.refusal(format('select public.diff_schedule_versions(%L, 1)', current_setting('test.draft'))) ->> 'code', 'not_found', 'or compared');
select tests.as_anon();
select throws_ok('select pg_temp.rows_seen()', '42501', null, 'guests read none of it');
select throws_ok(format('select public.publish_schedule(%L)', current_setting('test.draft')), '42501', null, 'and have no command');
select tests.authenticate_as('owner');
select lives_ok(format('select public.publish_schedule(%L)', current_setting('test.draft')), 'an owner publishes');
select tests.authenticate_as('customer');
select is(pg_temp.rows_seen(), '{6,0,0}', 'then a customer sees the games and nothing else');
select is(pg_temp.refusals(), array['permission_denied'], 'and changes as little');

select * from finish();
rollback;
