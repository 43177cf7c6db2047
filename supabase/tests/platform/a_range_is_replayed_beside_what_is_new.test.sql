begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe(members => 2) as s;
grant select on t to authenticated;
select tests.append(a, case a when 3 then 'note.erased' else 'note.written' end) from unnest(array[1, 2, 1, 3]) a;
update core.events set recorded_at = now() - interval '2 hours' where type like 'note.%';
select tests.commit_events();
select tests.claim(s) from t;
select tests.claim(s) from t;
select core.ack_events(s, l.lease_token) from t, core.lanes l;
select is(tests.claim(s), '{}', 'all is delivered') from t;

select tests.authenticate_as('owner');
select throws_ok(format($$ select public.replay_events(%L, now() + interval '1 day') $$, s), 'PT422', 'invalid_input', 'the future cannot be replayed') from t;
select throws_ok(format($$ select public.replay_events(%L, now() - interval '1 day', types => '{Note}') $$, s), 'PT422', 'invalid_input', 'nor what is no type') from t;
create temporary table replay as
select public.replay_events(s, now() - interval '3 hours', now() - interval '1 hour', '{note.written}', 'key') as answer from t;
select is(public.replay_events(s, now() - interval '3 hours', now() - interval '1 hour', '{note.written}', 'key'), answer, 'the same key begins it once') from t, replay;
select tests.clear_authentication();

select tests.append(1);
select tests.append(2);
select tests.commit_events();
create temporary table odd as select c.* from t, core.claim_events(s, 1) c;
select is((select tests.names(array_agg(event::jsonb)) from odd where not replayed), array['1:3'], 'what is new comes as ever');
select is((select tests.names(array_agg(event::jsonb)) from odd where replayed), array['1:1', '1:2'], 'beside it the range comes once more, in order');
select is((select array_agg(event_id) from odd where replayed), array[tests.event_id(1, 1), tests.event_id(1, 2)], 'with the same ids');
select is(tests.claim(s, member => 0), array['2:2', '2:1'], 'each member its own aggregates; of the types only those asked for') from t;
select is((select (core.replay_document(r) ->> 'sent')::int from core.replays r), 3, 'it says how far it is');
select isnt((select finished_at from core.replays), null, 'and that it is done');

-- one of the replayed fails: what is new of its aggregate goes on
select is(core.nack_events(s, (select min(lease_token::text)::uuid from odd), tests.event_id(1, 1), 'no') - array['event_id', 'run_at'],
  jsonb_build_object('status', 'waiting', 'attempts', 1, 'parked', array[tests.event_id(1, 2)], 'remaining', 1), 'a replayed event may fail') from t;
select core.ack_events(s, l.lease_token) from t, core.lanes l;
select tests.append(1);
select tests.commit_events();
select is(tests.claim(s, member => 1), array['1:4'], 'which holds back nothing new') from t;
select core.ack_events(s, l.lease_token) from t, core.lanes l where lease_token is not null;
select tests.let_redeliveries_come();
select is(tests.claim(s, member => 1), array['1:1', '1:2'], 'and it comes again') from t;

select * from finish();
rollback;
