begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe(members => 2) as s;
select tests.append(a) from unnest(array[1, 2, 3, 1, 2]) a;
select tests.commit_events();

select is(tests.claim(s, member => 0), array['2:1', '2:2'], 'a member has its aggregates') from t;
select is(tests.claim(s), array['1:1', '3:1', '1:2'], 'whoever asks for none is given one that is free') from t;
select is(tests.claim(s), '{}', 'and nothing when both are leased') from t;
select throws_ok(format('select core.change_members(s, 3) from public.subscriptions s where id = %L', s), 'PT409', 'subscription_leased', 'their number stays while a claim is out') from t;

select core.ack_events(s, l.lease_token) from t, core.lanes l where member = 1;
select tests.append(a) from unnest(array[1, 3, 2]) a;
select tests.commit_events();
select is(tests.claim(s, 1, 1), array['1:3'], 'one goes ahead of the other, in the middle of a batch') from t;
select core.ack_events(s, l.lease_token) from t, core.lanes l where member = 1;
select tests.let_leases_end();
select lives_ok(format('select core.change_members(s, 3) from public.subscriptions s where id = %L', s), 'between claims it changes') from t;
update public.subscriptions set members = 3;
select is(
  (select array_agg(distinct tick_id) from core.lanes), (select array[max(id)] from core.ticks), 'all begin at the place of the foremost'
);
select is((select count(*) from core.lanes), 3::bigint, 'three of them');

select tests.append(a) from unnest(array[1, 2, 3]) a;
select tests.commit_events();
-- the last eight digits of 1, 2 and 3, by three
select is(tests.claim(s, member => 2), array['2:1', '2:2', '2:3'], 'what was claimed and not acknowledged comes first, and what was behind') from t;
select is(tests.claim(s, member => 0), array['3:2'], 'what the one had ahead of it, too') from t;
select is(tests.claim(s, member => 1), array['1:4'], 'what was delivered does not come again') from t;
select core.ack_events(s, l.lease_token) from t, core.lanes l order by member;
select is(tests.claim(s, member => 2), array['2:4'], 'the later ones come after') from t;
select is(tests.claim(s, member => 0), array['3:3'], 'in order') from t;

select * from finish();
rollback;
