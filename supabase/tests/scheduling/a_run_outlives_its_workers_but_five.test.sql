begin;
set local search_path = extensions;
select plan(7);
select tests.create_league(), tests.create_draft();
select set_config('test.run', tests.start_run()::text, true);
update core.jobs set status = 'done', finished_at = now() where kind = 'optimize';

select tests.save(tests.claim_run(), 1000);
select is((select count(*)::int from core.jobs where kind = 'optimize' and finished_at is null), 1, 'who saves asks for the next slice');
update core.jobs set status = 'done', finished_at = now() where kind = 'optimize' and finished_at is null;
select tests.claim_run();
select is(scheduling.wake_optimizer(), 0, 'while somebody works on it there is nothing to do');
select tests.end_leases();
select is(scheduling.wake_optimizer(), 1, 'a run that lost its worker is given a job');
select is(scheduling.wake_optimizer(), 0, 'one');

select tests.claim_run(), tests.end_leases() from generate_series(1, 4);
select is((tests.run(current_setting('test.run')::uuid)).status, 'running', 'five lost workers are borne');
select is(tests.claim_run(), null, 'the sixth gets nothing');
select is((tests.run(current_setting('test.run')::uuid)).failure_code, 'worker_lost', 'what kills its workers has failed');
select * from finish();
rollback;
