begin;
set local search_path = extensions;
select plan(18);

select tests.create_organization();
create function pg_temp.declare(schema jsonb, version int default null, type text default 'invoice.paid', key text default null,
  description text default null) returns jsonb
language sql as $$
  select public.declare_event_type(tests.organization_id(), type, schema, version => version, idempotency_key => key, description => description)
$$;
grant execute on function pg_temp.declare(jsonb, int, text, text, text) to authenticated;

select tests.authenticate_as('owner');
select is(pg_temp.declare('{"type": "object"}', description => 'Money came.') ->> 'version', '1', 'the first version is 1');
select is(pg_temp.declare('{"type": "object"}') ->> 'id', (select id::text from public.event_types where type = 'invoice.paid'),
  'what is declared already stays');
select is(pg_temp.declare('{"type": "object", "required": ["amount"]}') ->> 'version', '2', 'another schema is the next version');
select is(
  (select description from public.event_types where type = 'invoice.paid' and version = 2), 'Money came.', 'with the description it had');
select throws_ok($$ select pg_temp.declare('{"type": "object", "required": ["b"]}', 2) $$, 'PT409', 'version_conflict',
  'a version is never changed');
select throws_ok($$ select pg_temp.declare('{"type": "object", "required": ["b"]}', 4) $$, 'PT409', 'version_conflict',
  'nor left out');
select is(pg_temp.declare('{"type": "object", "required": ["b"]}', 3, key => 'k') ->> 'version', '3', 'the next one may be named');
select is(pg_temp.declare('{"type": "object", "required": ["b"]}', 3, key => 'k') ->> 'version', '3', 'a key gives the same answer');
select throws_ok($$ select pg_temp.declare('{"type": "object"}', key => 'k') $$, 'PT409', 'idempotency_mismatch',
  'and is for one request');

select throws_ok($$ select pg_temp.declare('{"type": "object"}', type => 'appointment.eaten') $$, 'PT403', 'reserved_event_type',
  'Almanac''s nouns are reserved');
select throws_ok($$ select pg_temp.declare('{"type": "object"}', type => 'member.eaten') $$, 'PT403', 'reserved_event_type',
  'also those that are no aggregate');
select throws_ok($$ select public.declare_event_type(tests.organization_id(), 'invoice.sent', '{"type": "object"}', aggregate_type => 'appointment') $$,
  'PT403', 'reserved_event_type', 'nothing of theirs happens to Almanac''s aggregates');
select throws_ok($$ select pg_temp.declare('{"type": "object"}', type => 'Invoice.Paid') $$, 'PT422', 'invalid_input', 'a type is noun.verbed');
select throws_ok($$ select pg_temp.declare('{"type": "object", "properties": {"a": {"$dynamicRef": "#a"}}}') $$,
  'PT422', 'invalid_schema', 'a schema that would not be checked is refused');

select public.deprecate_event_type(id) from public.event_types where type = 'invoice.paid' and version = 1;
select public.retire_event_type(id) from public.event_types where type = 'invoice.paid' and version = 3;
select public.retire_event_type(id) from public.event_types where type = 'invoice.paid' and version = 3;
select is(public.deprecate_event_type(id) ->> 'status', 'retired', 'what is retired stays so')
from public.event_types where type = 'invoice.paid' and version = 3;
select is(pg_temp.declare('{"type": "object", "required": ["b"]}') ->> 'version', '4', 'a retired one is declared anew as the next');

select tests.clear_authentication();
select results_eq(
  $$ select type, data ->> 'version' from core.events where aggregate_type = 'event_type' order by position $$,
  $$ values ('event_type.declared', '1'), ('event_type.declared', '2'), ('event_type.declared', '3'),
    ('event_type.deprecated', '1'), ('event_type.retired', '3'), ('event_type.declared', '4') $$,
  'each change is an event, once'
);
select bag_eq(
  $$ select action, actor_id from public.audit_entries where subject_type = 'event_type' $$,
  $$ select a, tests.get_supabase_uid('owner') from unnest(array['event_type.declare', 'event_type.declare', 'event_type.declare',
    'event_type.declare', 'event_type.deprecate', 'event_type.retire']) a $$,
  'and an audit entry'
);

select * from finish();
rollback;
