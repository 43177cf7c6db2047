begin;
set local search_path = extensions;
select plan(11);

delete from core.jobs;
select core.register_queue('tests', 'tests');
select core.enqueue('tests', 'greet', '{"name": "Ada"}');
select core.enqueue('tests', 'greet', '{"name": "Bob"}', now() + interval '1 hour');

select tests.as_anon();
select throws_ok($$ select * from public.claim_jobs('tests') $$, '42501', null, 'a guest claims nothing');

select tests.authenticate_as_service();
create temporary table mine as select * from public.claim_jobs('tests', 10, 60);
select results_eq(
  $$ select kind, payload, attempts, leased_until = now() + interval '1 minute' from mine $$,
  $$ values ('greet', '{"name": "Ada"}'::jsonb, 1, true) $$,
  'a worker is given what is due, for a while'
);
select is_empty($$ select * from public.claim_jobs('tests') $$, 'nobody else is given it');
select throws_ok(
  $$ select public.complete_job(id, gen_random_uuid()) from mine $$, 'PT409', 'lease_lost', 'nobody else can complete it'
);
select is(
  (select public.extend_job(id, lease_token, 300) from mine), now() + interval '5 minutes', 'the worker can ask for more time'
);

select tests.clear_authentication();
update core.jobs set leased_until = now() - interval '1 second' where status = 'leased';
select tests.authenticate_as_service();
create temporary table theirs as select * from public.claim_jobs('tests');
select results_eq('select id, attempts from theirs', 'select id, 2 from mine', 'an abandoned job goes to another worker');
select throws_ok('select public.complete_job(id, lease_token) from mine', 'PT409', 'lease_lost', 'the one that overslept cannot complete it');
select throws_ok('select public.fail_job(id, lease_token, ''late'') from mine', 'PT409', 'lease_lost', 'nor fail it');
select throws_ok('select public.extend_job(id, lease_token, 10) from mine', 'PT409', 'lease_lost', 'nor prolong it');
select lives_ok('select public.complete_job(id, lease_token) from theirs', 'the other can complete it');

select tests.clear_authentication();
select results_eq(
  'select status, finished_at is not null, lease_token from core.jobs order by id',
  $$ values ('done', true, null::uuid), ('ready', false, null) $$,
  'what is done is done, what is not due waits'
);

select * from finish();
rollback;
