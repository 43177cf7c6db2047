begin;
set local search_path = extensions;
select plan(13);

select tests.create_organization();
select tests.create_organization('bank', 'banker');
select tests.declare_invoices();
select tests.declare_invoices('bank');
select tests.authenticate_as('banker');
select tests.publish(jsonb_build_array(tests.invoice_event(9)), 'bank');
create function pg_temp.refused(event jsonb) returns text language sql as $$
  select format('select tests.publish(%L)', jsonb_build_array(tests.invoice_event(1), event))
$$;
create function pg_temp.own(type text) returns jsonb language sql as $$
  select jsonb_build_object('type', type, 'aggregate_id', gen_random_uuid())
$$;

select tests.authenticate_as('owner');
select throws_ok(pg_temp.refused(pg_temp.own('appointment.booked')), 'PT403', 'reserved_event_type', 'no booking is made up');
select throws_ok(pg_temp.refused(pg_temp.own('appointment.vanished')), 'PT403', 'reserved_event_type', 'nor a type of the same noun');
select throws_ok(pg_temp.refused(pg_temp.own('member.joined')), 'PT403', 'reserved_event_type', 'nor of a noun that is no aggregate');
select throws_ok(
  pg_temp.refused(tests.invoice_event(2, more => jsonb_build_object('aggregate_type', 'organization', 'aggregate_id', tests.organization_id()))),
  'PT403', 'reserved_event_type', 'nothing is appended to a stream of Almanac''s own'
);
select throws_ok(
  pg_temp.refused(tests.invoice_event(2, more => jsonb_build_object('aggregate_id', tests.organization_id()))),
  'PT409', 'aggregate_mismatch', 'under no other name either'
);
select throws_ok(
  pg_temp.refused(tests.invoice_event(2, more => jsonb_build_object('aggregate_id', tests.get_supabase_uid('banker')))),
  'PT409', 'aggregate_mismatch', 'nor to the stream of a user, before its first event'
);
select throws_ok(pg_temp.refused(tests.invoice_event(9)), 'PT409', 'aggregate_mismatch', 'nor to another organization''s');
select throws_ok(
  pg_temp.refused(tests.invoice_event(2, more => jsonb_build_object('organization_id', tests.organization_id('bank')))),
  'PT403', 'organization_mismatch', 'an event that says it is another organization''s is refused'
);
select throws_ok(
  pg_temp.refused(tests.invoice_event(2, more => '{"organization_id": 7}')), 'PT403', 'organization_mismatch', 'so is one that says nonsense'
);
select lives_ok(
  format('select tests.publish(%L)', jsonb_build_array(tests.invoice_event(2, more => jsonb_build_object('organization_id', tests.organization_id())))),
  'it may say the truth'
);
select throws_ok(
  pg_temp.refused(tests.invoice_event(3, more => '{"aggregate_type": "bill"}')), 'PT422', 'invalid_input', 'a type happens to what it was declared for'
);
select tests.authenticate_as_service();
select throws_ok(pg_temp.refused(pg_temp.own('appointment.booked')), 'PT403', 'reserved_event_type', 'not even with a secret key');
select tests.clear_authentication();
select is((select count(*) from core.events where type like 'invoice.%' and organization_id = tests.organization_id()), 1::bigint,
  'what is refused leaves nothing');

select * from finish();
rollback;
