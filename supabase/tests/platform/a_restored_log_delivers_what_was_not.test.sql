begin;
set local search_path = extensions;
select plan(8);

select tests.create_organization();
delete from core.consumers;
select tests.commit_events();
create temporary table t as select tests.subscribe() as s, tests.subscribe(members => 2) as two;
select tests.append(a) from unnest(array[1, 1, 2, 2, 3]) a;
select tests.commit_events();
update core.events set recorded_at = now() - interval '10 minutes' where type like 'note.%';
update core.ticks set created_at = now() - interval '5 minutes';
-- one delivered, one failed, one under way, the others unread
select tests.claim(s, 1) from t;
select core.ack_events(s, tests.lease_of(s)) from t;
select tests.claim(s, 2) from t;
create temporary table before as select tests.lease_of(s) as lease from t;
select core.nack_events(s, lease, tests.event_id(1, 2), 'no') from t, before;
select tests.claim(two, 1, 0) from t;

-- another cluster was at transaction 9·10¹² when it was dumped
update core.events set transaction_id = (9000000000000 + transaction_id::text::bigint)::text::xid8;
update core.ticks set snapshot = format('%s:%s:', 9000000000000 + pg_snapshot_xmax(snapshot)::text::bigint,
  9000000000000 + pg_snapshot_xmax(snapshot)::text::bigint)::pg_snapshot;
select isnt(core.tick(), null, 'the next tick finds that it is another cluster');
select tests.stop_the_clock();
select throws_ok(format('select core.ack_events(%L, %L)', s, lease), 'PT409', 'lease_lost', 'whoever held a claim has lost it') from t, before;
select results_eq('select distinct tick_id, acked_tick_id, to_tick_id, cardinality(pending) from core.lanes',
  'select max(id), max(id), null::bigint, 0 from core.ticks', 'every lane begins at the new tick');
select tests.let_redeliveries_come();
select is(tests.claim(s), array['1:1', '1:2', '2:1', '2:2', '3:1'], 'nothing undelivered is lost; what stood in the same batch comes twice') from t;
select is(tests.claim(two, member => 0), array['2:1', '2:2'], 'each member has its own') from t;
select is(tests.claim(two, member => 1), array['1:1', '1:2', '3:1'], 'in order') from t;
select core.ack_events(subscription_id, lease_token) from core.lanes where lease_token is not null;
select is_empty('select * from core.redeliveries', 'once');
select tests.append(1);
select tests.commit_events();
select is(tests.claim(s), array['1:3'], 'and then what is new') from t;

select * from finish();
rollback;
