begin;
set local search_path = extensions;
select plan(14);

select tests.create_organization();
delete from core.consumers;
select tests.commit_events();
select tests.stop_the_clock();
create table core.events_2001_01 partition of core.events for values from ('2001-01-01 00:00+00') to ('2001-02-01 00:00+00');
create temporary table t as select tests.subscribe() as slow, tests.subscribe() as paused, tests.subscribe('{other.*}') as idle, tests.subscribe() as quick;
grant select on t to authenticated;
update public.subscriptions set status = 'paused' from t where id = paused;
select tests.append(a) from unnest(array[1, 2, 3]) a;
update core.events set recorded_at = '2001-01-05 00:00+00' where aggregate_id::text ~ '[12]$' and type like 'note.%';
select tests.commit_events();
select tests.claim(quick) from t;
select core.ack_events(quick, tests.lease_of(quick)) from t;
create function pg_temp.months() returns setof text language sql as $$
  select c.relname::text from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'core.events'::regclass and c.relname < 'events_2020'
$$;

select is(core.expire_events(), 0, 'the log waits for a subscription, and for a paused one');
select isnt_empty('select pg_temp.months()', 'however old its month is');
update core.ticks set created_at = now() - interval '6 days';
select core.expire_events();
select is_empty($$ select * from public.subscriptions where status = 'behind' $$, 'for six days');
select ok('no subscription falls behind the log within a day' in (select name from core.event_log_health() where not ok), 'then it warns');
update core.ticks set created_at = now() - interval '8 days';
select tests.append(4);
select tests.commit_events();
select is(core.expire_events(), 1, 'after a week it waits no more');
select results_eq('select status from public.subscriptions, t where id in (slow, paused)', array['behind', 'behind'], 'they are marked');
select results_eq('select status from public.subscriptions, t where id in (idle, quick)', array['active', 'active'], 'one that had nothing to be given is not');
select is(count(*), 2::bigint, 'each tells of it') from core.events where type = 'subscription.fell_behind';
select ok('no subscription is behind the log' in (select name from core.event_log_health() where not ok), 'and so does the health of the log');
select throws_ok(format('select core.pull_events(%L)', slow), 'PT404', null, 'strangers are told nothing') from t;

select tests.authenticate_as('owner');
select throws_ok(format('select public.claim_events(%L)', slow), 'PT409', 'subscription_not_active', 'its reader is told at the next claim') from t;
select is(public.resume_subscription(slow) -> 'missed', '{"from": "2001-01-05T00:00:00+00:00", "to": "2001-01-05T00:00:00+00:00", "events": 2}',
  'whoever resumes it is told what it has missed') from t;
select tests.clear_authentication();
select is(tests.claim(slow), array['3:1', '4:1'], 'and nothing more than that') from t;
select is(tests.claim(quick), array['4:1'], 'whoever kept up has missed nothing') from t;

select * from finish();
rollback;
