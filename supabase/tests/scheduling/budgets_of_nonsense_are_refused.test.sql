begin;
set local search_path = extensions;
select plan(16);
select tests.create_league(), tests.create_draft(), tests.create_schedule('Empty', rounds => 0);
create function pg_temp.asking(arguments text) returns text language sql as $$
  select format('select public.optimize_schedule(%L, %s)', tests.schedule_id(), arguments)
$$;

select tests.authenticate_as('desk');
select throws_ok(pg_temp.asking('null'), 'PT422', 'invalid_input', 'no budget');
select throws_ok(pg_temp.asking('10000, 10'), 'PT422', 'invalid_input', 'two budgets');
select throws_ok(pg_temp.asking('999'), 'PT422', 'invalid_input', 'too little');
select throws_ok(pg_temp.asking('10000000001'), 'PT422', 'invalid_input', 'too much');
select throws_ok(pg_temp.asking('null, 0'), 'PT422', 'invalid_input', 'no time');
select throws_ok(pg_temp.asking('null, 3601'), 'PT422', 'invalid_input', 'too long');
select throws_ok(pg_temp.asking('10000, null, -1'), 'PT422', 'invalid_input', 'a negative seed');
select throws_ok(pg_temp.asking('10000, null, 4294967296'), 'PT422', 'invalid_input', 'a great seed');
select throws_ok(pg_temp.asking($$10000, started_from => 'elsewhere'$$), 'PT422', 'invalid_input', 'from nowhere');
select throws_ok(pg_temp.asking('10000, expected_version => 7'), 'PT409', 'version_conflict', 'of what has changed');
select throws_ok(
  format('select public.optimize_schedule(%L, 10000)', tests.schedule_id('Empty')), 'PT422', 'nothing_to_optimize', 'of a schedule without rounds');
select is(
  public.optimize_schedule(tests.schedule_id(), 10000, idempotency_key => 'k') ->> 'id',
  public.optimize_schedule(tests.schedule_id(), 10000, idempotency_key => 'k') ->> 'id', 'the same key starts one run');
select is((select count(*)::int from public.optimization_runs), 1, 'nothing else was started');
select public.optimize_schedule(tests.schedule_id(), 10000) from generate_series(1, 49);
select throws_ok(pg_temp.asking('10000'), 'PT409', 'too_many_runs', 'fifty at a time are enough');
select tests.clear_authentication();
update public.schedules set status = 'archived';
select tests.authenticate_as('desk');
select throws_ok(pg_temp.asking('10000'), 'PT409', 'schedule_archived', 'an archived schedule stays as it is');
select tests.authenticate_as('viewer');
select throws_ok(pg_temp.asking('10000'), 'PT403', 'permission_denied', 'readers start nothing');
select * from finish();
rollback;
