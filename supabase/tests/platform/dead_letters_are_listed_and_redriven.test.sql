begin;
set local search_path = extensions;
select plan(10);

select tests.create_organization();
select tests.commit_events();
select tests.stop_the_clock();
create temporary table t as select tests.subscribe() as s;
grant select on t to authenticated;
select tests.append(a) from unnest(array[1, 1, 2]) a;
select tests.commit_events();
select tests.claim(s) from t;
create function pg_temp.kill(aggregate int, version int) returns text language sql as $$
  select core.nack_events(s, tests.lease_of(s), tests.event_id(aggregate, version), 'gone', dead => true) ->> 'status' from t
$$;
select results_eq('select pg_temp.kill(a, v) from (values (1, 1), (1, 2), (2, 1)) k (a, v)', array['dead', 'dead', 'dead'], 'a worker may say that there is no use');

select tests.authenticate_as('owner');
select is(tests.names(array(select event from t, public.list_dead_letters(s) order by id desc)), array['2:1', '1:2', '1:1'], 'they are listed, the latest first');
select is(
  (select tests.names(array_agg(d.event)) from t, public.list_dead_letters(s, (select min(id) + 1 from public.list_dead_letters(s))) d),
  array['1:1'], 'by pages');
select is((select public.redrive_dead_letters(s, array[tests.event_id(2, 1)], 'key') from t), '{"redriven": 1}', 'one is redriven');
select is((select public.redrive_dead_letters(s, array[tests.event_id(2, 1)], 'key') from t), '{"redriven": 1}', 'the same key redrives once');
select is(tests.claim(s), array['2:1'], 'it comes again') from t;
reset role;
select core.ack_events(s, tests.lease_of(s)) from t;
select tests.authenticate_as('owner');
select is((select public.redrive_dead_letters(s) from t), '{"redriven": 2}', 'all are redriven by one call');
select is(tests.claim(s), array['1:1', '1:2'], 'in the order of their aggregate') from t;
select tests.clear_authentication();
select results_eq('select attempts from core.redeliveries', array[1, 1], 'with all their attempts');

update core.redeliveries set dead_at = now() - interval '31 days', lease_token = null;
select core.expire_events();
select is_empty('select * from core.redeliveries', 'they are kept for 30 days');

select * from finish();
rollback;
