begin;
set local search_path = extensions;
select plan(10);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
delete from net.http_request_queue;
delete from core.webhook_workers;
update core.queues set posted_at = '-infinity', claimed_at = '-infinity' where name = 'webhooks';
delete from vault.secrets where name in ('project_url', 'jobs_key');
select vault.create_secret('http://stack.example/', 'project_url'), vault.create_secret('sb_secret_jobs', 'jobs_key');

create temporary table t as select tests.create_webhook() as id;
select tests.commit_events();
select tests.claim_webhook(id) from t;
delete from core.webhook_workers;
select is(core.call_webhook_worker(), false, 'without an event nobody is called');
select tests.append(1);
select tests.commit_events();
select is(core.call_webhook_worker(), true, 'with one the function is');
select results_eq(
  $$ select method::text, url, headers ->> 'apikey' from net.http_request_queue $$,
  $$ values ('POST', 'http://stack.example/functions/v1/platform/webhooks/deliver', 'sb_secret_jobs') $$, 'at its address, with the named key');
select is(core.call_webhook_worker(), false, 'a call that is on its way is not repeated');
update core.queues set posted_at = now() - interval '11 seconds' where name = 'webhooks';
select is(core.call_webhook_worker(), true, 'one that never arrived is');
update core.queues set claimed_at = clock_timestamp() where name = 'webhooks';
insert into core.webhook_workers (worker_id) values (core.nil_uuid());
select is(core.call_webhook_worker(), false, 'a worker that is there needs no call');
update core.webhook_workers set full_since = now() - interval '1 minute';
select is(core.call_webhook_worker(), true, 'one that is full needs another');
update core.queues set claimed_at = clock_timestamp() where name = 'webhooks';
update core.webhook_workers set full_since = null, seen_at = now() - interval '1 minute';
select is(core.call_webhook_worker(), true, 'one that died too');
update core.queues set claimed_at = clock_timestamp() where name = 'webhooks';
update public.subscriptions set status = 'paused';
select is(core.call_webhook_worker(), false, 'a paused webhook calls nobody');
update public.subscriptions set status = 'active';
select core.hold_breaker('webhook:' || id, interval '1 minute') from t;
select is(core.call_webhook_worker(), false, 'nor does one whose breaker is open');

select * from finish();
rollback;
