begin;
set local search_path = extensions;
select plan(15);
select tests.create_season_of_games();
create temporary table ids as select tests.sport_id() as sport, tests.organization_id('conference') as organization;
grant select on ids to public;
create function pg_temp.jobs() returns bigint language sql security definer as $$
  select count(*) from core.jobs where queue = 'scheduling' and kind = 'train_attendance'
$$;
create function pg_temp.asked() returns timestamptz language sql as $$
  select (public.attendance_training((select sport from ids)) ->> 'requested_at')::timestamptz
$$;

select tests.authenticate_as('desk');
select throws_ok('select public.train_attendance((select sport from ids))', 'PT409', 'no_attendance_history', 'nothing was counted yet');
select tests.clear_authentication();
select tests.play_games();
select tests.authenticate_as('desk');
select is(public.train_attendance((select sport from ids)) - 'sport_id', '{"status": "queued", "games": 6}', 'it is queued');
select is(public.train_attendance((select sport from ids)) ->> 'status', 'queued', 'twice is once');
select is(pg_temp.jobs(), 1::bigint, 'one job');
select is(public.attendance_question(tests.schedule_id('Draft')) #> '{stored,training}', 'true', 'readers see that it is under way');

select tests.authenticate_as_service();
select ok(public.save_attendance_training((select sport from ids), pg_temp.asked(), 0, '{"steps": []}'), 'a slice is kept');
select is(public.attendance_training((select sport from ids)) -> 'training', '{"steps": []}', 'and found again');
select is(pg_temp.jobs(), 2::bigint, 'the next one is queued');
select ok(not public.save_attendance_training((select sport from ids), pg_temp.asked(), 0, '{}'), 'the same slice by another worker is not kept');
select is(pg_temp.jobs(), 2::bigint, 'and queues nothing');
select ok(not public.save_attendance_training((select sport from ids), now() - interval '1 day', 1, '{}'), 'another training''s slice is not');
select ok(public.finish_attendance_training((select sport from ids), pg_temp.asked(),
  '{"version": "attendance-1", "trained_on": {"games": 6}}', '{}'), 'the model is stored');
select is(public.attendance_training((select sport from ids)), null, 'nothing is under way any more');
select tests.authenticate_as('viewer');
select is(
  (public.attendance_question(tests.schedule_id('Draft')) -> 'stored') - 'trained_at',
  '{"number": 1, "method": "attendance-1", "training_size": 6, "model": {"version": "attendance-1", "trained_on": {"games": 6}}, "evaluation": {}, "training": false}',
  'and used from now on');
select tests.clear_authentication();
select is((select data ->> 'model_version' from core.events where type = 'attendance_model.trained'), 'attendance-1.1', 'whoever waits for it hears of it');

select * from finish();
rollback;
