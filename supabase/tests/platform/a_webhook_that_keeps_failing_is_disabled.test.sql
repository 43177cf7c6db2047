begin;
set local search_path = extensions;
select plan(14);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.create_webhook() as gone, tests.create_webhook() as failing;
grant select on t to authenticated;
select tests.append(1);
select tests.append(2);
select tests.commit_events();

-- one claim hands out both lanes
create temporary table c as
  select x as claim from jsonb_array_elements(tests.value_as(null, 'select public.claim_webhooks(gen_random_uuid(), 10, 10)')::jsonb) x;
select is((select count(*) from c), 2::bigint, 'each has its own lane');
select is(tests.settle(claim, 410) ->> 'stop', 'true', '410 ends it') from c, t where claim ->> 'webhook_id' = gone::text;
select is(tests.webhook_status(gone), 'disabled', 'at once') from t;
select is((select lease_token from core.lanes, t where subscription_id = gone), null, 'what it had claimed is given back');

select tests.settle(claim, 500, null, 'release') from c, t where claim ->> 'webhook_id' = failing::text;
select is(tests.webhook_status(failing), 'active', 'a failure does not') from t;
update public.webhook_endpoints set failing_since = now() - interval '71 hours' where failing_since is not null;
select tests.let_redeliveries_come();
select tests.settle(tests.claim_webhook(failing), 503, null, 'release') from t;
select is((select count(*) from public.webhook_deliveries, t where subscription_id = failing), 2::bigint, 'it is tried again');
select is(tests.webhook_status(failing), 'active', 'failures of less than three days do not either') from t;
update public.webhook_endpoints set failing_since = now() - interval '73 hours' where failing_since is not null;
select tests.let_redeliveries_come();
select tests.settle(tests.claim_webhook(failing), null) from t;
select is(tests.webhook_status(failing), 'disabled', 'failures of three days, and nothing else, do') from t;
select results_eq(
  $$ select data ->> 'reason' from core.events where type = 'webhook.disabled' order by 1 $$, array['failing', 'gone'], 'each is an event');
select tests.let_redeliveries_come();
select is(tests.claim_webhook(failing), null, 'a disabled webhook is sent nothing') from t;

select tests.authenticate_as('owner');
select is(public.update_webhook(failing, '{"status": "active"}') ->> 'status', 'active', 'its owner resumes it') from t;
reset role;
select is((select failing_since from public.webhook_endpoints, t where subscription_id = failing), null, 'and its three days begin anew');
select tests.let_redeliveries_come();
create temporary table again as select tests.claim_webhook(failing) as claim from t;
select isnt((select claim from again), null, 'with what was left');
select tests.settle(claim, 500) from again;
select is(tests.webhook_status(failing), 'active', 'so that the next failure is the first') from t;

select * from finish();
rollback;
