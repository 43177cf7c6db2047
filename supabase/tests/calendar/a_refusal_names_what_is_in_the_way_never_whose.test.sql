begin;
set local search_path = extensions;
select plan(7);

select tests.create_clinic();
select tests.offer_service('Consultation', any_of => array['Ann'], all_of => array['Room']);
select set_config('test.booked', tests.book('Consultation', tests.day_at(2, '10:00'))::text, true);

create temporary table refusal as
select tests.refusal(format('select tests.book(%L, %L, %L)', 'Consultation', tests.day_at(2, '10:00'), 'neighbour')) as it;

select is((select it ->> 'status' from refusal), 'PT409', 'a taken slot is a conflict');
select is((select it ->> 'code' from refusal), 'slot_taken', 'with a code of its own');
select results_eq(
  $$
    select c ->> 'resource_name', c ->> 'kind', (c ->> 'starts_at')::timestamptz, (c ->> 'ends_at')::timestamptz
    from refusal, jsonb_array_elements(it -> 'detail' -> 'conflicts') c order by 1
  $$,
  $$
    values ('Ann', 'appointment', tests.day_at(2, '10:00'), tests.day_at(2, '10:30')),
      ('Room', 'appointment', tests.day_at(2, '10:00'), tests.day_at(2, '10:30'))
  $$,
  'it names each resource, the kind of thing and its time'
);
select set_eq(
  $$ select k from refusal, jsonb_array_elements(it -> 'detail' -> 'conflicts') c, jsonb_object_keys(c) k $$,
  array['resource_id', 'resource_name', 'kind', 'starts_at', 'ends_at'],
  'and nothing else'
);
select is(
  strpos((select it::text from refusal), current_setting('test.booked')), 0, 'not the appointment in the way'
);
select is(
  strpos((select it::text from refusal), tests.get_supabase_uid('customer')::text), 0, 'nor whose it is'
);

select calendar.claim(array[tests.resource_id('Bob')], tstzrange(tests.day_at(2, '10:00'), tests.day_at(2, '12:00')), 'game', gen_random_uuid());
select is(
  tests.refusal(format('select calendar.claim(array[%L]::uuid[], tstzrange(%L, %L), %L, gen_random_uuid())',
    tests.resource_id('Bob'), tests.day_at(2, '11:00'), tests.day_at(2, '13:00'), 'hold')) #>> '{detail,conflicts,0,kind}',
  'game', 'a game in the way is called a game'
);

select * from finish();
rollback;
