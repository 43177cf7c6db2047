begin;
set local search_path = extensions;
select plan(12);

select tests.create_clinic();
select tests.create_queue(terms => '{"prefix": "A"}');
select tests.authenticate_as('desk');
select set_config('test.t', public.join_queue(tests.queue_id(), tests.type_id(), notes => 'left knee')::text, true);
create function pg_temp.t(key text) returns text language sql as $$ select current_setting('test.t')::jsonb ->> key $$;

select is(pg_temp.t('label'), 'A001', 'the first of the day is number one');
select is(pg_temp.t('status') || ' ' || pg_temp.t('position'), 'waiting 1', 'it waits first in line');
select is(pg_temp.t('p50_minutes') || ' ' || pg_temp.t('p80_minutes'), '0 0', 'not long where counters are free');
select is(public.call_next(tests.queue_id(), tests.counter_id()) #>> '{ticket,counter_name}', 'Counter 1', 'it is called to a counter');
select is(public.recall_ticket(pg_temp.t('id')::uuid) ->> 'recalls', '1', 'once more');
select is(public.serve_ticket(pg_temp.t('id')::uuid) ->> 'status', 'serving', 'it is served');
select is(
  (tests.refusal(format('select public.call_next(%L, %L)', tests.queue_id(), tests.counter_id())) - 'detail'),
  '{"status": "PT409", "code": "counter_busy"}', 'a counter serves one at a time'
);
select is(public.finish_ticket(pg_temp.t('id')::uuid, 4) ->> 'status', 'done', 'and done');
select is(public.call_next(tests.queue_id(), tests.counter_id()) -> 'ticket', 'null', 'then nobody is left');
select tests.clear_authentication();
select is(
  (select array_agg(e.type order by e.version) from core.events e where e.aggregate_id = pg_temp.t('id')::uuid),
  array['ticket.joined', 'ticket.called', 'ticket.recalled', 'ticket.served', 'ticket.done'], 'the log tells the same'
);
select is((select count(*) from public.audit_entries a where a.subject_id = pg_temp.t('id')::uuid), 5::bigint, 'so does the audit');
select is(
  (select string_agg(e.data::text, '') from core.events e where e.aggregate_id = pg_temp.t('id')::uuid and e.data::text ~ 'knee'), null,
  'no event tells what it was about'
);

select * from finish();
rollback;
