begin;
set local search_path = extensions;
select plan(9);

delete from core.jobs;
select core.register_queue('tests', 'tests');
select core.enqueue('tests', 'greet', '{}');
update core.jobs set max_attempts = 3;

create function pg_temp.fail() returns text language sql as $$
  select public.fail_job(id, lease_token, 'no luck') from public.claim_jobs('tests')
$$;
create function pg_temp.delay() returns interval language sql as $$ select run_at - now() from core.jobs $$;

select is(pg_temp.fail(), 'ready', 'a failed job waits for another attempt');
select ok(pg_temp.delay() between interval '0.5 seconds' and interval '1.5 seconds', 'a second, more or less');
select is(pg_temp.fail(), null, 'before that it is not given out');
update core.jobs set run_at = now();
select pg_temp.fail();
select ok(pg_temp.delay() between interval '1 second' and interval '3 seconds', 'then two');
update core.jobs set run_at = now();
select is(pg_temp.fail(), 'dead', 'after its last attempt it is dead');
select results_eq('select attempts, last_error from core.jobs', $$ values (3, 'no luck') $$, 'and says why');

select is(core.revive_jobs('tests'), 1, 'an operator can revive it');
update core.jobs set attempts = 2;
select id from core.claim_jobs('tests');
update core.jobs set leased_until = now() - interval '1 second';
select is_empty($$ select * from core.claim_jobs('tests') $$, 'a job that killed its worker at the last attempt is not given out again');
select results_eq('select status, last_error from core.jobs', $$ values ('dead', 'no luck') $$, 'it is dead too');

select * from finish();
rollback;
