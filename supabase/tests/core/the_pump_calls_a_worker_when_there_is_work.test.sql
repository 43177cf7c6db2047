begin;
set local search_path = extensions;
select plan(9);

delete from core.jobs;
delete from net.http_request_queue;
create function pg_temp.secret(name text, value text) returns void language sql as $$
  delete from vault.secrets s where s.name = secret.name;
  select vault.create_secret(value, name);
$$;
delete from vault.secrets where name in ('project_url', 'jobs_key');
select core.register_queue('tests', 'tests-function');
select is(core.call_workers(), 0, 'without work nobody is called');
select core.enqueue('tests', 'greet', '{}') from generate_series(1, 20);
select is(core.call_workers(), 0, 'without an address nobody can be');

select pg_temp.secret('project_url', 'http://stack.example/');
select pg_temp.secret('jobs_key', 'sb_secret_jobs');
select is(core.call_workers(), 1, 'then the queue''s function is called');
select results_eq(
  $$ select method::text, url, headers ->> 'apikey' from net.http_request_queue $$,
  $$ values ('POST', 'http://stack.example/functions/v1/tests-function/jobs', 'sb_secret_jobs') $$,
  'at its address, with the named key'
);
select is(core.call_workers(), 0, 'a call that is on its way is not repeated');
update core.queues set posted_at = now() - interval '11 seconds' where name = 'tests';
select is(core.call_workers(), 1, 'one that never arrived is');
select count(*) from core.claim_jobs('tests', 1);
select is(core.call_workers(), 1, 'one that has arrived makes room for another');
select count(*) from core.claim_jobs('tests', 1);
select is(core.call_workers(), 0, 'until enough workers are at work');
update core.jobs set leased_until = now() - interval '1 second' where status = 'leased';
select is(core.call_workers(), 1, 'a worker that died makes room too');

select * from finish();
rollback;
