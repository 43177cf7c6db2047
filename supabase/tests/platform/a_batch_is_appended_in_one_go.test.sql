begin;
set local search_path = extensions;
select plan(10);

select tests.create_organization();
delete from realtime.messages;
create function pg_temp.id(n int) returns uuid language sql as $$ select (tests.invoice_event(n) ->> 'aggregate_id')::uuid $$;
create function pg_temp.event(n int, type text, more jsonb default '{}') returns jsonb language sql as $$
  select tests.invoice_event(n, type, '{"aggregate_type": "invoice"}' || more)
$$;
create temporary table answers as
select core.append_events(tests.organization_id(), jsonb_build_array(
  pg_temp.event(2, 'sent', '{"data": {"n": 1}}'), pg_temp.event(1, 'sent'), pg_temp.event(2, 'paid', '{"expected_version": 1}'),
  pg_temp.event(2, 'sent')), 'till') as answer;

select results_eq(
  $$ select a ->> 'aggregate_id', (a ->> 'version')::int from answers, jsonb_array_elements(answer) a $$,
  $$ values (pg_temp.id(2)::text, 1), (pg_temp.id(1)::text, 1), (pg_temp.id(2)::text, 2), (pg_temp.id(2)::text, 3) $$,
  'versions are counted for each aggregate, the answers come as they were sent'
);
select results_eq(
  $$ select e.id from core.events e where e.type like 'invoice.%' order by e.position $$,
  $$ select (a ->> 'id')::uuid from answers, jsonb_array_elements(answer) a $$,
  'the log has them in this order, under the ids that were answered'
);
select results_eq(
  $$ select distinct type_version, source, actor_kind, transaction_id = pg_current_xact_id() from core.events where type like 'invoice.%' $$,
  $$ values (1, 'till', 'system', true) $$, 'each knows its source, its version and its transaction'
);
select set_eq(
  'select topic, event, payload - ''id'' from realtime.messages',
  $$ select 'org:' || tests.organization_id() || ':events', t, jsonb_build_object('type', t, 'version', v)
     from (values ('invoice.sent', 3), ('invoice.paid', 2)) h(t, v) $$,
  'one hint a type, about the last of it'
);
select is((core.append_events(tests.organization_id(), jsonb_build_array(pg_temp.event(1, 'paid'), pg_temp.event(3, 'sent'))) #>> '{0,version}'), '2',
  'versions go on where they were');
select throws_ok(
  format('select core.append_events(%L, %L)', tests.organization_id(),
    jsonb_build_array(pg_temp.event(4, 'sent'), pg_temp.event(1, 'sent', '{"expected_version": 1}'))),
  'PT409', 'version_conflict', 'one stale version refuses all'
);
select throws_ok(
  format('select core.append_events(%L, %L)', gen_random_uuid(), jsonb_build_array(pg_temp.event(1, 'sent'))),
  'PT409', 'aggregate_mismatch', 'nobody appends to another organization''s aggregate'
);
select throws_ok(
  format('select core.append_events(%L, %L)', tests.organization_id(), jsonb_build_array(pg_temp.event(1, 'sent', '{"aggregate_type": "bill"}'))),
  'PT409', 'aggregate_mismatch', 'nor as something else'
);
select throws_ok(
  format('select core.append_events(%L, %L)', tests.organization_id(),
    jsonb_build_array(pg_temp.event(5, 'sent'), pg_temp.event(5, 'sent', '{"aggregate_type": "bill"}'))),
  'PT409', 'aggregate_mismatch', 'nor as two things at once'
);
select is((select count(*) from core.events where type like 'invoice.%'), 6::bigint, 'what is refused leaves nothing');

select * from finish();
rollback;
