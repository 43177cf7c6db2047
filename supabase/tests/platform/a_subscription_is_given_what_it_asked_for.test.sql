begin;
set local search_path = extensions;
select plan(8);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.commit_events();
select tests.stop_the_clock();
create temporary table subscriptions as
select tests.subscribe() as notes, tests.subscribe('{note.written}') as written, tests.subscribe('{*}', slug => '') as all_of_them;
select tests.append(1);
select tests.append(2, 'note.erased');
select tests.append(1, 'note.erased');
select tests.append(3, slug => 'bank');
select tests.append(4, slug => '');
select tests.commit_events();

select is(tests.claim(notes), array['1:1', '2:1', '1:2'], 'the organization''s, by pattern, in order') from subscriptions;
select is(tests.claim(written), array['1:1'], 'a type is taken literally') from subscriptions;
select is(tests.claim(all_of_them), array['1:1', '2:1', '1:2', '3:1', '4:1'], 'the operator''s own sees every organization, and none') from subscriptions;
select is(core.ack_events(notes, tests.lease_of(notes)), 0, 'acknowledged as a whole') from subscriptions;
select is(tests.claim(notes), '{}', 'nothing comes twice') from subscriptions;

select tests.append(2);
select is(tests.claim(notes), '{}', 'what has not committed is not seen') from subscriptions;
select tests.commit_events();
create temporary table got as select c.* from subscriptions, core.claim_events(notes) c;
update core.events e set actor_id = gen_random_uuid(), causation_id = gen_random_uuid(), source = 'billing "2"',
  traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', data = '{"said": "\"\\ é", "nothing": null, "n": [1.50]}'
where e.id = tests.event_id(1, 2);
select bag_eq(
  $$ select d::jsonb from unnest(core.cloud_events_json(array(select e from core.events e))) d $$, $$ select core.cloud_event(e) from core.events e $$,
  'an event is the CloudEvent'
);
select results_eq(
  'select attempt, replayed, lane, leased_until = now() + interval ''1 minute'', event_id = (event ->> ''id'')::uuid from got',
  'values (1, false, 0, true, true)', 'with its attempt and lease'
);

select * from finish();
rollback;
