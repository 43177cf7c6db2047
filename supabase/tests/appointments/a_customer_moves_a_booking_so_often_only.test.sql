begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Consultation', '{"maximum_reschedules": 2}', any_of => array['Ann']);
select set_config('test.id', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);

create function pg_temp.move(at time) returns jsonb
language sql as $$ select public.reschedule_appointment(current_setting('test.id')::uuid, tests.day_at(2, at)) $$;

select tests.authenticate_as('customer');
select is(pg_temp.move('11:00') ->> 'reschedules', '1', 'once');
select is(tests.refusal($$ select pg_temp.move('03:00') $$) ->> 'code', 'slot_not_offered', 'a refused move');
select is(pg_temp.move('12:00') ->> 'reschedules', '2', 'does not count');
select is(
  tests.refusal($$ select pg_temp.move('13:00') $$), '{"status": "PT403", "code": "too_many_reschedules", "detail": {"maximum": 2}}', 'then no more'
);
select tests.authenticate_as('desk');
select is(pg_temp.move('13:00') ->> 'reschedules', '3', 'the desk is not counted');

select tests.clear_authentication();
select results_eq(
  $$
    select e.version, (e.data #>> '{previous,starts_at}')::timestamptz, (e.data ->> 'starts_at')::timestamptz
    from core.events e where e.type = 'appointment.rescheduled' order by 1
  $$,
  $$
    select n::bigint + 1, tests.day_at(2, make_time(9 + n, 0, 0)), tests.day_at(2, make_time(10 + n, 0, 0)) from generate_series(1, 3) n
  $$,
  'each event tells from where to where'
);
select is((select count(*) from calendar.claims), 1::bigint, 'one claim moved along');

select * from finish();
rollback;
