begin;
set local search_path = extensions;
select plan(11);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
select tests.authenticate_as('owner');
create temporary table t as
select (public.create_subscription(tests.organization_id(), '{"name": "Mirror", "types": ["note.*"], "max_attempts": 2}') ->> 'id')::uuid as s;
select is(public.update_subscription(s, '{"name": "Notes", "members": 2}') - array['id', 'organization_id', 'created_by', 'created_at', 'updated_at'],
  '{"name": "Notes", "types": ["note.*"], "delivery": "pull", "members": 2, "max_attempts": 2, "status": "active", "status_reason": null, "missed": null}',
  'what is given changes') from t;
select is(public.pause_subscription(s) ->> 'status', 'paused', 'it is paused') from t;
select throws_ok(format('select public.claim_events(%L)', s), 'PT409', 'subscription_not_active', 'and gives nothing') from t;
select public.pause_subscription(s) from t;
select is(public.resume_subscription(s) ->> 'status', 'active', 'and resumed') from t;
select is(public.list_subscriptions(tests.organization_id()) ->> 'name', 'Notes', 'it is listed');
select tests.append(a) from unnest(array[1, 2, 1]) a;
select tests.clear_authentication();
select tests.commit_events();
select tests.authenticate_as('owner');
select is(public.subscription_stats(s) - array['oldest_undelivered_at', 'lag_seconds', 'members'],
  '{"status": "active", "lag_events": 3, "lag_events_exceeded": false, "leased": 0, "waiting": 0, "parked": 0, "replaying": 0, "dead": 0, "replays": []}',
  'its lag is told') from t;
create temporary table claimed as select public.claim_events(s, 1) as c from t;
select public.nack_events(s, (c ->> 'lease_token')::uuid, (c -> 'events' -> 0 -> 'event' ->> 'id')::uuid) from t, claimed;
select is(public.subscription_stats(s) - array['oldest_undelivered_at', 'lag_seconds', 'members'],
  '{"status": "active", "lag_events": 3, "lag_events_exceeded": false, "leased": 0, "waiting": 1, "parked": 1, "replaying": 0, "dead": 0, "replays": []}',
  'what failed is undelivered, too') from t;
select is((public.subscription_stats(s) ->> 'oldest_undelivered_at')::timestamptz, now(), 'since when, too') from t;
select lives_ok(format('select public.delete_subscription(%L)', s), 'it is deleted') from t;
select tests.clear_authentication();

select results_eq($$ select type from core.events where aggregate_type = 'subscription' order by version $$,
  array['subscription.created', 'subscription.updated', 'subscription.paused', 'subscription.resumed', 'subscription.deleted'],
  'each command left its event, once');
select results_eq($$ select action from public.audit_entries where subject_type = 'subscription' order by id $$,
  array['subscription.create', 'subscription.update', 'subscription.paused', 'subscription.active', 'subscription.delete'], 'and its entry');

select * from finish();
rollback;
